/** The variables of the test run, for what decides which tests run. */
// oxlint-disable-next-line node/no-process-env -- Vitest collects tests before a caller could pass an environment
export const testEnv: NodeJS.ProcessEnv = process.env
