import { groupBy } from '../../group-by.js'
import { isOfDocs, isOfOtherEnvironment } from '../silence.js'
import { holderOf, type ProjectRule } from './rule.js'

/** A compose file gives its project or its containers one name in every checkout. */
export const fixedName: ProjectRule = {
  name: 'fixed-name',
  why: "A second checkout takes over the first one's containers, or does not start.",
  fix: 'Remove the name, or take it from a variable: `name: ${COMPOSE_PROJECT_NAME:-acme}`.',
  *judgeAll(occurrences, { registry }) {
    const published = occurrences.filter(
      (each) =>
        each.publication?.fixedName &&
        each.kind !== 'document' &&
        !isOfDocs(each) &&
        !isOfOtherEnvironment(each.path) &&
        holderOf(each.port, registry) !== undefined,
    )
    for (const list of groupBy(published, ({ location }) => location).values()) {
      // Where a port is the same in every checkout, a second one does not start anyway.
      if (list.some(({ override }) => override === undefined)) continue
      const [first] = list
      const { key, text } = first!.publication!.fixedName!
      const names = new Set(list.map(({ publication }) => publication!.fixedName!.text))
      const others = names.size > 1 ? ` (and ${names.size - 1} more in this file)` : ''
      const message = `${key} ${text} is the same in every checkout${others}`
      yield [
        { ...first!, ...first!.nameAt },
        { severity: 'warning', service: holderOf(first!.port, registry), message },
      ]
    }
  },
}
