import { driftosService } from '@driftos/service/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { buildWebsite } from './src/app.js'
import { pageEntry } from './src/assets.js'
import { findDirectory } from './src/directory.js'

// The service's registered port, strictly: never the next free one.
export default defineConfig({
  appType: 'custom',
  plugins: [react(), driftosService('website', buildWebsite, process.env), renderedPages()],
  build: { outDir: 'dist/client', assetsInlineLimit: 0, manifest: true, rolldownOptions: { input: pageEntry } },
})

/** Renders the pages in development as the built server does, from their sources of the moment. */
function renderedPages(): Plugin {
  return {
    name: 'driftos-rendered-pages',
    configureServer(server) {
      const assets = { scripts: [`/${pageEntry}`], styles: [] }
      const source = { directory: findDirectory(process.env), isServed: true, assets }
      // Behind Vite's own, which serves the files.
      return () =>
        server.middlewares.use(async (request, response, next) => {
          try {
            const url = request.originalUrl ?? '/'
            const { answerPage } = (await server.ssrLoadModule('/src/answer.tsx')) as typeof import('./src/answer.js')
            const answer = answerPage(url, source)
            if ('location' in answer) return void response.writeHead(302, { location: answer.location }).end()
            const html = await server.transformIndexHtml(url, answer.html)
            response.writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
          } catch (error) {
            next(error)
          }
        })
    },
  }
}
