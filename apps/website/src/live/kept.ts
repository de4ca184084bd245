/** How many answer times of a service are kept. */
export const keptLatencies = 60
/** How many changes of a service's state are kept. */
export const keptChanges = 20
