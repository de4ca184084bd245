/**
 * The completion script of each shell. A script passes the words of the command line to the hidden command
 * `__complete`, with the number of the word that is completed. It prints one candidate a line, a tab and a description;
 * the line `:files` requests file names.
 */
export const scripts = {
  bash: `_driftos_ports() {
  local candidate
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == :files ]]; then
      compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    elif [[ -n $candidate ]]; then
      COMPREPLY+=("$candidate")
    fi
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete "$COMP_CWORD" "\${COMP_WORDS[@]:1}" 2>/dev/null)
}
complete -F _driftos_ports driftos-ports
`,

  zsh: `#compdef driftos-ports
_driftos_ports() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]/#\\~/$HOME}" __complete "$((CURRENT - 1))" "\${(@)words[2,-1]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
    elif [[ -n $line ]]; then
      candidates+=("\${line/$'\\t'/:}")
    fi
  done
  (( $#candidates )) && _describe -V driftos-ports candidates
}
if [[ $funcstack[1] == _driftos_ports ]]; then
  _driftos_ports "$@"
else
  compdef _driftos_ports driftos-ports
fi
`,

  fish: `function __driftos_ports_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l candidates ($words[1] __complete (count $words) $words[2..-1] "$current" 2>/dev/null)
    if contains -- :files $candidates
        __fish_complete_path "$current"
    else if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    end
end
complete -c driftos-ports -f -k -a '(__driftos_ports_complete)'
`,

  powershell: `Register-ArgumentCompleter -Native -CommandName driftos-ports -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition })
    $words = @($elements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    $number = if ($wordToComplete) { $words.Count } else { $words.Count + 1 }
    & $elements[0].Extent.Text __complete $number @words 2>$null | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        if ($value -ne ':files') {
            if (-not $description) { $description = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
        }
    }
}
`,
} as const
