import { defaultServerConditions } from 'vite'
import { defineProject } from 'vitest/config'

const conditions = ['@driftos/source', ...defaultServerConditions]

/** What every package's tests share: workspace packages are read from their sources. */
export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { testTimeout: 20_000 },
})
