import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The default leaves one processor idle, which on the two of a CI machine is half of it.
    maxWorkers: '100%',
    projects: [
      'packages/*/vitest.config.ts',
      'apps/*/vitest.config.ts',
      'bench/vitest.config.ts',
      'deploy/generators/vitest.config.ts',
      'tests/vitest.config.ts',
    ],
  },
})
