/** Reports a wrong command line or configuration: exit code 2. */
export class UsageError extends Error {}

/**
 * Returns a {@link UsageError} that lists problems below a title.
 *
 * @param title - the problem, without a colon
 */
export function listProblems(title: string, problems: readonly string[]): UsageError {
  return new UsageError(`${title}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
}
