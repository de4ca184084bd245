import { ports } from '@driftos/ports/vite'
import { compressedFiles, driftosService } from '@driftos/service/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { buildDemo } from './src/app.js'

export default defineConfig({
  plugins: [react(), ports('demo'), driftosService('demo', buildDemo, process.env), compressedFiles()],
  build: { outDir: 'dist/client', assetsInlineLimit: 0 },
})
