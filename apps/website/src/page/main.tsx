import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { Site, type PageData } from './site.js'
import './page.css'

const data = JSON.parse(document.querySelector('#data')!.textContent) as PageData
hydrateRoot(
  document.querySelector('#page')!,
  <StrictMode>
    <Site {...data} />
  </StrictMode>,
)
