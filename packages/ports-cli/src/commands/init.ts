import { existsSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { envExample } from '../generate/env-example.js'
import { portsDocument } from '../generate/ports-document.js'
import { scanRoots } from '../check/scan.js'
import { UsageError, type Command } from '../command.js'
import { configModule } from '../project/project.js'
import { printRegistry, proposeRegistry } from '../project/proposal.js'

const registryFile = 'ports.ts'

/** What `sync` is to write at first. */
const artifacts = { 'ports-document': portsDocument, 'env-example': envExample }

export const command: Command = {
  help: `Proposes a registry for the repository in the working directory, from the ports that stand in its files.

Usage: driftos-ports init [--write] [--json]

  --write  writes ${registryFile} and ${configModule}, where neither is there yet; else they are printed
  --json   { services: [{ name, port, variable, evidence, … }], questions: [...] }

What could not be settled, a number without a name or a name with two numbers, stands in it as a question.
`,
  options: { write: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io) {
    if (positionals.length > 0) throw new UsageError(`init takes no ${JSON.stringify(positionals[0])}`)
    const files = { [registryFile]: '', [configModule]: printConfig(io.cwd) }
    const present = Object.keys(files).filter((file) => existsSync(join(io.cwd, file)))
    if (values['write'] && present.length > 0) {
      throw new UsageError(
        `${present.join(' and ')} is there already: move it away, or leave out --write to look at a proposal`,
      )
    }
    const { occurrences } = await scanRoots([io.cwd], io.cwd, { services: {} })
    const proposal = proposeRegistry(occurrences)
    files[registryFile] = printRegistry(proposal)
    if (values['write']) {
      for (const [file, text] of Object.entries(files)) {
        await writeFileAtomic(join(io.cwd, file), text).catch((error: Error) => {
          throw new UsageError(`Cannot write ${file}: ${error.message}`)
        })
      }
    }
    if (values['json']) io.write(`${JSON.stringify(proposal, null, 2)}\n`)
    else if (values['write'])
      io.write(
        Object.keys(files)
          .map((file) => `wrote ${file}\n`)
          .join(''),
      )
    else io.write(files[registryFile])
    return 0
  },
}

/** The configuration of a repository: what somebody wrote by hand, `sync` is not to write over. */
function printConfig(cwd: string): string {
  const names = Object.entries(artifacts).filter(([, { file }]) => !existsSync(join(cwd, file)))
  const list = names.map(([name]) => `'${name}'`).join(', ')
  return `import { defineConfig } from '@driftos/ports-cli'

export default defineConfig({ registry: './${registryFile}', artifacts: [${list}] })
`
}
