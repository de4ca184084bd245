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
    // A hook may start a program or remove thousands of files, beside others that do the same.
    // Blank counts as unset, so that a developer's own offset changes no test.
    test: { name, testTimeout: 20_000, hookTimeout: 180_000, env: { DRIFTOS_PORT_OFFSET: '' } },
  })
}
