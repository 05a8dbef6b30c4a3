/**
 * What a shell runs at its start. Each asks `vggdraw completion --words` with the words up to the cursor, of which the last may be empty, for
 * lines of a completion and, behind a tab, what it is; where there are none it completes files.
 */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# Completion of vggdraw, for bash.
_vggdraw() {
  local IFS=$'\\n'
  COMPREPLY=($(vggdraw completion --words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o bashdefault -o default -F _vggdraw vggdraw
`,
  zsh: `#compdef vggdraw
# Completion of vggdraw, for zsh.
_vggdraw() {
  local -a found
  local name text
  while IFS=$'\\t' read -r name text; do
    found+=("\${name//:/\\\\:}:$text")
  done < <(vggdraw completion --words "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then
    _describe vggdraw found
  else
    _files
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _vggdraw "$@"
else
  compdef _vggdraw vggdraw
fi
`,
  fish: `# Completion of vggdraw, for fish.
function __vggdraw_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (vggdraw completion --words $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c vggdraw -f -a '(__vggdraw_complete)'
`,
};
