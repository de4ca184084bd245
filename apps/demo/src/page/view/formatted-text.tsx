import { lazy, memo, Suspense } from 'react'
import { splitBlocks } from '../blocks.js'

// A page without an answer does not wait for the parser.
const loading = import('markdown-to-jsx/react')
const Lazy = lazy(async () => ({ default: (await loading).Markdown }))
// A lazy component shows its fallback once even if it is loaded, which renders and moves all answers twice.
let Loaded: typeof Lazy | (typeof import('markdown-to-jsx/react'))['Markdown'] = Lazy
void loading.then(({ Markdown }) => (Loaded = Markdown))

/** Parsing a longer text would delay the page. */
const longestFormatted = 50_000

const options = {
  // A model's HTML is shown as text, and its images as links: the page loads from its own server only.
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    a: { component: ExternalLink },
    img: { component: ImageLink },
    h1: { component: 'h4' },
    h2: { component: 'h4' },
    h3: { component: 'h4' },
    pre: { component: CodeBlock },
  },
} as const

/** Shows a model's text with its Markdown: lists, tables, emphasis and code. */
export const FormattedText = memo(function FormattedText({ text }: { text: string }) {
  if (text.length > longestFormatted) return <p className="text">{text}</p>
  const Markdown = Loaded
  return (
    <Suspense fallback={<p className="text">{text}</p>}>
      <div className="text formatted">
        <Markdown options={options}>{text}</Markdown>
      </div>
    </Suspense>
  )
})

/** Shows a model's text while it grows: only its last block is parsed again. */
export function GrowingText({ text }: { text: string }) {
  // oxlint-disable-next-line react/no-array-index-key -- blocks are only added at the end
  return splitBlocks(text).map((block, index) => <FormattedText key={index} text={block} />)
}

function ExternalLink({ href, children }: { href?: string; children?: React.ReactNode }) {
  if (!href || !/^(https?:|mailto:)/i.test(href)) return <>{children}</>
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}

function ImageLink({ src, alt }: { src?: string; alt?: string }) {
  return <ExternalLink {...(src !== undefined && { href: src })}>{alt || src}</ExternalLink>
}

function CodeBlock({ children }: { children?: React.ReactNode }) {
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard can scroll only what has the focus
  return <pre tabIndex={0}>{children}</pre>
}
