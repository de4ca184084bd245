import type { ServerResponse } from 'node:http'
import { ports } from '@driftos/ports/vite'
import { compressedFiles, driftosService } from '@driftos/service/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { buildWebsite } from './src/app.js'
import { pageEntry } from './src/assets.js'
import { collectContent } from './src/collect-content.js'
import { findDirectory } from './src/directory.js'

export default defineConfig({
  appType: 'custom',
  plugins: [
    react(),
    ports('website'),
    driftosService('website', buildWebsite, process.env),
    renderedPages(),
    compressedFiles(),
  ],
  build: { outDir: 'dist/client', assetsInlineLimit: 0, manifest: true, rolldownOptions: { input: pageEntry } },
})

/** Renders the pages in development as the built server does, from their current sources. */
function renderedPages(): Plugin {
  return {
    name: 'driftos-rendered-pages',
    configureServer(server) {
      const assets = { scripts: [pageEntry], styles: [] }
      const source = { directory: findDirectory(process.env), isServed: true, assets, ...collectContent() }
      const answer = async (url: string, response: ServerResponse) => {
        const { answerPage } = (await server.ssrLoadModule('/src/answer.tsx')) as typeof import('./src/answer.js')
        const page = answerPage(url, source)
        if ('location' in page) {
          response.writeHead(302, { location: page.location }).end()
        } else {
          const html = await server.transformIndexHtml(url, page.html)
          response.writeHead(page.status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
        }
      }
      // After Vite's own middleware, which serves the files.
      return () => {
        server.middlewares.use((request, response, next) => {
          // oxlint-disable-next-line promise/no-callback-in-promise -- Connect takes a middleware's error by this callback alone
          answer(request.originalUrl ?? '/', response).catch((error: unknown) => next(error))
        })
      }
    },
  }
}
