import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Page } from './page.js'
import '@picocss/pico/css/pico.classless.min.css'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)
