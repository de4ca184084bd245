import { UsageError, type Command } from '../command.js'
import { scripts } from '../completion/scripts.js'
import { suggest } from '../suggestion.js'

const shells = Object.keys(scripts)

export const command: Command = {
  summary: 'print the script that completes commands in a shell',
  usage: `<${shells.join('|')}>`,
  options: {},
  details: `Completes commands, options, their values and the services of the registry. To install:
  bash        echo 'source <(driftos-ports completion bash)' >> ~/.bashrc
  zsh         driftos-ports completion zsh > "\${fpath[1]}/_driftos-ports"
  fish        driftos-ports completion fish > ~/.config/fish/completions/driftos-ports.fish
  PowerShell  driftos-ports completion powershell >> $PROFILE`,
  registry: 'none',
  run({ positionals }, io) {
    const shell = positionals[0]!
    if (!Object.hasOwn(scripts, shell)) {
      throw new UsageError(
        `Unknown shell ${JSON.stringify(shell)}: expected ${shells.join(', ')}.${suggest(shell, shells)}`,
      )
    }
    io.write(scripts[shell as keyof typeof scripts])
    return 0
  },
}
