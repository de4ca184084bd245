import { defaultServerConditions } from 'vite'
import { defineProject } from 'vitest/config'

const conditions = ['@driftos/source', ...defaultServerConditions]

/**
 * How a package is tested: workspace packages are read from their sources.
 *
 * @param {string} name - the project's name, for `vitest --project`
 */
export function project(name) {
  return defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    // A blank offset is no offset: a developer's own moves no test.
    test: { name, testTimeout: 20_000, env: { DRIFTOS_PORT_OFFSET: '' } },
  })
}
