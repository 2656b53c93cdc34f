// The mails that were caught, and one of them as its reader would see it.
import type { MailAnswer, MailsAnswer } from '../../src/pages/alert-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { useEvery } from '../shell/every.ts'
import { go, Link, usePlace, withQuery } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, Waiting } from '../shell/states.tsx'
import { ago, clockTime } from '../shell/words.ts'

const ASK_EVERY_MS = 5_000

export function MailsPage({ id }: { id: string | undefined }) {
  useTitle('Mails')
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<MailsAnswer>(String(tick), signal => getJson('/api/mails', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  const chosen = id ?? answer.mails[0]?.id
  return (
    <>
      <h1>Mails</h1>
      <Refused outbox={answer.outbox} />
      {answer.mails.length === 0 ? (
        <NoData>{answer.isCatching ? 'No mail yet: no rule has fired' : 'Nothing catches mails here'}</NoData>
      ) : (
        <div class="mails">
          <ol aria-label="Mails, newest first">
            {answer.mails.map(mail => (
              <li key={mail.id}>
                <Link href={`/mails/${encodeURIComponent(mail.id)}`} current={mail.id === chosen}>
                  <strong>{mail.subject}</strong>
                  <small>{`${ago(mail.receivedMs)}, to ${mail.to}`}</small>
                </Link>
              </li>
            ))}
          </ol>
          {chosen === undefined ? null : <OneMail key={chosen} id={chosen} />}
        </div>
      )}
    </>
  )
}

/** As long as a server does not take what is due. */
function Refused({ outbox }: Pick<MailsAnswer, 'outbox'>) {
  if (outbox === null || outbox.refusedSinceMs === null) return null
  const { waiting, refusedSinceMs, lastProblem } = outbox
  return (
    <p class="state refused" role="alert">
      <strong>{waiting === 1 ? 'A mail waits.' : `${waiting} mails wait.`}</strong>
      {` The mail server has taken none of these since ${clockTime(refusedSinceMs)}, and is tried again: ${lastProblem}`}
    </p>
  )
}

function OneMail({ id }: { id: string }) {
  const { query } = usePlace()
  const asked = useAsked<MailAnswer>(id, signal => getJson(`/api/mails/${encodeURIComponent(id)}`, signal))
  const mail = asked.answer
  if (mail === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  const showsText = query.get('part') === 'text' || !mail.hasHtml
  return (
    <article class="mail">
      <h2>{mail.subject}</h2>
      <p class="note">{`${clockTime(mail.receivedMs)}, from ${mail.from} to ${mail.to}`}</p>
      <p class="buttons">
        <button
          type="button"
          aria-pressed={!showsText}
          disabled={!mail.hasHtml}
          onClick={() => go(withQuery({ part: null }))}
        >
          HTML
        </button>
        <button type="button" aria-pressed={showsText} onClick={() => go(withQuery({ part: 'text' }))}>
          Text
        </button>
        {mail.rule === null ? null : <Link href={`/alerts/${mail.rule}`}>{`Rule ${mail.rule}`}</Link>}
      </p>
      {showsText ? (
        <pre>{mail.text ?? 'The mail has no text part.'}</pre>
      ) : (
        <iframe
          title={`Mail: ${mail.subject}`}
          src={`/api/mails/${encodeURIComponent(id)}/html`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
        />
      )}
    </article>
  )
}
