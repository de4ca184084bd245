import { useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Conversations } from './conversations.js'
import { followChanges } from './follow-changes.js'
import type { HealthWatch } from './health.js'
import { layOutLanes } from './lanes.js'
import { navigate, useLocation } from './router.js'
import { useSampleRun } from './sample-run.js'
import type { Sample } from './samples.js'
import { currentBranchOf, emptyState } from './state.js'
import { BranchTree } from './view/branch-tree.js'
import { Composer, type ComposerHandle } from './view/composer.js'
import { ContextPanel } from './view/context-panel.js'
import { History } from './view/history.js'
import { PageHeader } from './view/page-header.js'
import { SamplePlayer } from './view/sample-player.js'
import { Start } from './view/start.js'
import { StatusLine } from './view/status-line.js'
import { ViewSwitch, type View } from './view/view-switch.js'

const noChange = () => () => {}

export function Page({ health: watch, conversations }: { health: HealthWatch; conversations: Conversations }) {
  const { conversationId, branchId } = useLocation()
  // Opening twice has no effect; the data arrives through the subscription.
  const session = conversationId === undefined ? undefined : conversations.open(conversationId)
  const state = useSyncExternalStore(session?.subscribe ?? noChange, session?.getState ?? (() => emptyState))
  const health = useSyncExternalStore(watch.subscribe, watch.getHealth)
  const [view, setView] = useState<View>('chat')
  const box = useRef<ComposerHandle>(null)

  useEffect(() => watch.start(conversations.recover), [watch, conversations])
  useEffect(
    () => (session && conversationId !== undefined ? followChanges(conversationId, session) : undefined),
    [conversationId, session],
  )

  const { messages, branches } = state
  const drawing = useMemo(() => layOutLanes(messages, branches), [messages, branches])
  const lanes = useMemo(
    () => new Map(messages.map((message, index) => [message.branchId, drawing.rows[index]!.lane])),
    [messages, drawing],
  )
  const current = currentBranchOf(state)
  const selected = state.branches.some(({ id }) => id === branchId) ? branchId : current

  const title = state.messages[0]?.content
  useEffect(() => {
    document.title = title === undefined ? 'DriftOS demo' : `${title.slice(0, 60)} – DriftOS demo`
  }, [title])

  function submit(content: string): void {
    const target = session ?? conversations.begin().session
    void target.submit(content)
  }
  const samples = useSampleRun(conversationId, state, submit)

  function beginSample(sample: Sample): void {
    samples.begin(conversations.begin().id, sample)
    box.current?.focus()
  }

  function leaveDeleted(): void {
    if (conversationId !== undefined) conversations.forget(conversationId)
    navigate({})
    box.current?.focus()
  }

  const isEmpty = state.phase === 'ready' && state.messages.length === 0 && state.outbox.length === 0 && !samples.run

  return (
    <>
      <PageHeader>
        <StatusLine health={health} />
        <ViewSwitch view={view} onChange={setView} />
      </PageHeader>
      <main data-view={view}>
        <section className="branches" aria-labelledby="branches-title">
          <Later>
            <BranchTree
              session={session}
              state={state}
              conversationId={conversationId}
              lanes={lanes}
              current={current}
              selected={selected}
              onLook={() => setView('context')}
              onDeletedAll={leaveDeleted}
            />
          </Later>
        </section>
        <section className="chat" aria-labelledby="chat-title">
          <h2 id="chat-title" className="visually-hidden">
            Conversation
          </h2>
          {isEmpty ? (
            <Start isKnown={session !== undefined} onSample={beginSample} />
          ) : (
            <History
              session={session}
              state={state}
              conversationId={conversationId}
              drawing={drawing}
              selected={selected}
              mayAnswer={typeof health.model === 'string'}
              onEdit={(content) => box.current?.insert(content)}
            />
          )}
          {samples.run && <SamplePlayer controls={samples} run={samples.run} />}
          <Composer
            ref={box}
            conversationId={conversationId}
            onSubmit={submit}
            state={state}
            onUnpin={session?.unpin}
            onStop={session?.stopReply}
          />
        </section>
        <section className="context" aria-labelledby="context-title">
          <Later>
            <ContextPanel session={session} state={state} selected={selected} lanes={lanes} />
          </Later>
        </section>
      </main>
      <output className="visually-hidden">{state.announcement}</output>
      <Later>
        {conversationId !== undefined && title !== undefined && (
          <Remember conversations={conversations} id={conversationId} title={title} />
        )}
      </Later>
    </>
  )
}

/** Stores a conversation in the browser, whose storage blocks the page at its first use. */
function Remember({ conversations, id, title }: { conversations: Conversations; id: string; title: string }) {
  useEffect(() => conversations.remember(id, title), [conversations, id, title])
  return null
}

/** Renders its content for the first time after the rest of the page, so that the conversation is painted first. */
function Later({ children }: { children: ReactNode }) {
  return useDeferredValue(true, false) && children
}
