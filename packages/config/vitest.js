import { defaultServerConditions } from 'vite'
import { defineProject } from 'vitest/config'

const conditions = ['@driftos/source', ...defaultServerConditions]

/**
 * Returns a package's vitest project, which loads workspace packages from their sources.
 *
 * @param {string} name - the name for `vitest --project`
 */
export function project(name) {
  return defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    // Time limits end what hangs, on a machine that others use too; they measure nothing.
    // Blank counts as unset, so that a developer's own offset changes no test.
    test: {
      name,
      testTimeout: 180_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 60_000 } },
      env: { DRIFTOS_PORT_OFFSET: '' },
    },
  })
}
