import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
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
    if (conversationId !== undefined && title !== undefined) conversations.remember(conversationId, title)
  }, [conversations, conversationId, title])

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
          <ContextPanel session={session} state={state} selected={selected} lanes={lanes} />
        </section>
      </main>
      <output className="visually-hidden">{state.announcement}</output>
    </>
  )
}
