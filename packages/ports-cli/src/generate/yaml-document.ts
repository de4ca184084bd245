import { Document } from 'yaml'
import { generatedNotice } from './artifact.js'

/**
 * A generated YAML file.
 *
 * @param notes - what its readers have to know, a line each
 */
export function yamlDocument(content: unknown, notes: readonly string[] = []): string {
  const document = new Document(content, { aliasDuplicateObjects: false })
  document.commentBefore = [generatedNotice, ...notes].map((line) => ` ${line}`).join('\n')
  return document.toString({ lineWidth: 0, singleQuote: true })
}
