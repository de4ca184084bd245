import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { envExample } from '../generate/env-example.js'
import { portsDocument } from '../generate/ports-document.js'
import { propose } from '../check/propose.js'
import { print, UsageError, type Command } from '../command.js'
import { configFiles } from '../project/find-config.js'
import { printRegistry } from '../check/proposal.js'
import { writeFileSafely } from '../registry/write.js'

const registryFile = 'ports.ts'
const configModule = configFiles[0]!

/** The generators of the first `sync`. */
const generators = { portsDocument, envExample }

export const command: Command = {
  summary: 'propose a registry from the ports that a repository uses',
  options: {
    write: { help: `write ${registryFile} and ${configModule} instead of printing the registry` },
    json: { help: 'print { services: [{ name, port, variable, evidence, … }], questions }' },
  },
  details: 'A number without a name and a name with two numbers become questions in the registry.',
  registry: 'none',
  async run({ values }, io) {
    const files = { [registryFile]: '', [configModule]: printConfig(io.cwd) }
    const present = Object.keys(files).filter((file) => existsSync(join(io.cwd, file)))
    if (values['write'] && present.length > 0) {
      throw new UsageError(
        `${present.join(' and ')} already exist${present.length === 1 ? 's' : ''}. Move the file, or omit --write to print the proposal.`,
      )
    }
    const { scanned, ...proposal } = await propose(io.cwd)
    files[registryFile] = printRegistry(proposal)
    if (values['write']) {
      for (const [file, text] of Object.entries(files)) {
        await writeFileSafely(join(io.cwd, file), text, file, undefined)
      }
    }
    if (proposal.services.length === 0) {
      io.writeError(`Found no port of a service in ${scanned.files} ${scanned.files === 1 ? 'file' : 'files'}\n`)
    }
    print(io, values, proposal, values['write'] ? describeWritten(Object.keys(files)) : files[registryFile])
    return 0
  },
}

function describeWritten(files: readonly string[]): string {
  return `${files.map((file) => `wrote ${file}\n`).join('')}
Next:
  driftos-ports list   show the services, to correct ${registryFile}
  driftos-ports sync   write the generated files
  driftos-ports check  find places that disagree with the registry
`
}

/** Returns a configuration. A file that exists is hand-written, and not generated over. */
function printConfig(cwd: string): string {
  const names = Object.entries(generators).filter(([, create]) => !existsSync(join(cwd, create().file)))
  const imports = ['defineConfig', ...names.map(([name]) => name)].join(', ')
  const calls = names.map(([name]) => `${name}()`).join(', ')
  return `import { ${imports} } from '@driftos/ports-cli'

export default defineConfig({ registry: './${registryFile}', generate: [${calls}] })
`
}
