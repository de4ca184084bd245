const verbs = 'moved|changed|switched|migrated|renumbered|relocated|reassigned|shifted|bumped|renamed|updated'
const fillers =
  '(?:(?:the|its|our|a|an|default|defaults|old|former|standard|usual|common|host|tcp|on|at|of|port|ports|number)\\s+|:){0,5}'
/** What stands before a number that is told of the past, or that is not the one in use. */
const pastBefore = [
  new RegExp(`\\b(?:${verbs})\\b[^,;]{0,60}?\\b(?:from|to|off|onto)\\s+${fillers}[^\\p{L}\\p{N}]{0,3}$`, 'iu'),
  /\b(?:formerly|previously|originally|historically|initially|no (?:longer|more|remaining)|deprecated|retired|obsolete|in place of|instead of|rather than|used to (?:be|run|live|listen|sit)|(?:old|former|previous)(?: \w+)?)\b(?:(?!\b(?:now|currently|is|uses?)\b)[^,;)]){0,30}$/i,
  new RegExp(`\\b(?:was|were|had been)\\s+(?:(?:running|listening|using|set to|published)\\s+)?${fillers}$`, 'i'),
  new RegExp(`(?:\\b(?:not|never)|n't)\\s+(?:(?:run|listen|bind|use|using|expose|publish)\\s+)?${fillers}$`, 'i'),
  /\b(?:conflict(?:s|ed|ing)?|clash(?:es|ed|ing)?|collid(?:es?|ed|ing)|collisions?|interfer(?:es?|ed|ing)|compet(?:es?|ed|ing)|avoid(?:s|ed|ing)?\s+(?:the|using|ports?|defaults?|\d+|[(:]))(?:(?!\b(?:uses?|used|runs?|listens?|publish|publishes|published|we|maps?|moved|now|set)\b)[^,;]){0,70}$/i,
]
/** What stands behind one. */
const pastBehind =
  /^[^\p{L}\p{N}(]{0,3}\((?:old|formerly(?: used)?|deprecated|retired|obsolete|previous(?:ly)?(?: used)?|former|removed|unused)\)|^\s+(?:is|are|was|were)\s+(?:now\s+)?(?:no longer|retired|obsolete|deprecated|unused)\b|^\s+no longer\b/iu

/**
 * Whether a number is told of the past, or as what a service does not use: "moved from 3003", "(was 3000)", "not 5432",
 * "conflicts with a local PostgreSQL (5432)".
 *
 * @param before - the text before the number, or before the address that it ends
 * @param behind - the text after it
 */
export function isToldOfPast(before: string, behind: string): boolean {
  const near = before.slice(-160)
  const sentence = near.slice(endOfSentence(near))
  return pastBefore.some((pattern) => pattern.test(sentence)) || pastBehind.test(behind.slice(0, 60))
}

/** Whether a heading, or the line before a list or code, is about the past. */
export function isAboutPast(text: string): boolean {
  return (
    /\b(?:history|change ?log|release notes|what(?:'|’)?s (?:new|changed)|previously|old (?:config\w*|ports?|setup|values?)|formerly|resolved conflicts?|past conflicts?)\b/i.test(
      text,
    ) ||
    /^\W*before\W*(?:\([^)]*\)\W*)?$/i.test(text) ||
    /\bmigrat(?:ion|ing)\b.*\b(?:guide|from|notes|ports?|v\d)\b/i.test(text) ||
    /^\W*(?:v\d+\.\d+(?:\.\d+)?|\[\d+\.\d+\.\d+[^\]]*\]|\d+\.\d+\.\d+(?=\s*(?:$|[-–—(]\s*\(?\d{4})))/.test(text)
  )
}

/** Whether a file tells of the past by its name: CHANGELOG.md, HISTORY.md, MIGRATION.md. */
export function isFileOfPast(path: string): boolean {
  return /(?:^|[/\\])(?:change[-_ ]?log|changes|history|news|releases?(?:[-_ ]notes)?|release[-_]?notes|migrat(?:ion(?!s)|ing)|upgrad(?:e|ing))[^/\\]*$|(?:^|[/\\])\.changeset[/\\]/i.test(
    path,
  )
}

/** Where the last sentence of a text begins. */
export function endOfSentence(text: string): number {
  let end = 0
  for (const { index, 0: ending } of text.matchAll(/[.;!?]\s+(?=\S)/g)) {
    if (!/\b(?:e\.g|i\.e|etc|vs|approx|incl)\.\s*$/i.test(text.slice(Math.max(0, index - 6), index + ending.length)))
      end = index + ending.length
  }
  return end
}
