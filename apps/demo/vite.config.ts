import { compressedFiles, driftosService } from '@driftos/service/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { buildDemo } from './src/app.js'

// The service's registered port, strictly: never the next free one.
export default defineConfig({
  plugins: [react(), driftosService('demo', buildDemo, process.env), compressedFiles()],
  build: { outDir: 'dist/client', assetsInlineLimit: 0 },
})
