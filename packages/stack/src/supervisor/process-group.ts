/**
 * Signals every process of a group, if any is left.
 *
 * @param leader - the process that the group is named after
 */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined || process.platform === 'win32') return
  try {
    process.kill(-leader, signal)
  } catch (error) {
    // macOS reports a group of ended processes as EPERM.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
