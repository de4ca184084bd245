import { driftosService } from '@driftos/service/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressed } from './compressed.js'
import { buildDemo } from './src/app.js'

// The service's registered port, strictly: never the next free one.
export default defineConfig({
  plugins: [react(), driftosService('demo', buildDemo, process.env), compressed()],
  build: { outDir: 'dist/client', assetsInlineLimit: 0 },
})
