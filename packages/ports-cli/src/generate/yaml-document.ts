import { Document } from 'yaml'
import { generatedNotice, oneLine } from './notice.js'

/**
 * Returns a YAML file that begins with {@link generatedNotice}.
 *
 * @param notes - further lines of the comment
 */
export function yamlDocument(content: unknown, notes: readonly string[] = []): string {
  const document = new Document(content, { aliasDuplicateObjects: false })
  document.commentBefore = [generatedNotice, ...notes].map((line) => ` ${oneLine(line)}`).join('\n')
  return document.toString({ lineWidth: 0, singleQuote: true })
}
