// Turns an answer of SigNoz that a command cannot go on from into one sentence with the way out.
import { OpsError } from '../errors.ts'
import type { Answer, SigNozClient } from './signoz-client.ts'

/** The data, or an OpsError; `subject` is what the request was about: a file of ours, or a word for it. */
export function expectDone<T>(client: SigNozClient, answer: Answer<T>, subject: string): T {
  if (answer.kind === 'done') return answer.data
  throw refusal(client, answer, subject)
}

export function refusal(
  client: SigNozClient,
  answer: Exclude<Answer<unknown>, { kind: 'done' }>,
  subject: string,
): OpsError {
  if (answer.kind === 'unreachable')
    return new OpsError(
      'OPS_UNAVAILABLE',
      `SigNoz does not answer at ${client.url} (${answer.reason}): check that it runs and that SIGNOZ_URL points to it.`,
    )
  const { status, code, message } = answer
  if (code === 'not_signoz')
    return new OpsError(
      'OPS_UNAVAILABLE',
      `What answers at ${client.url} is not SigNoz or not ready (HTTP ${status}, ${message}): check SIGNOZ_URL.`,
    )
  if (status === 401)
    return new OpsError(
      'OPS_CONFIGURATION',
      `SigNoz refuses the login (${message}): check SIGNOZ_EMAIL and SIGNOZ_PASSWORD, or SIGNOZ_API_KEY.`,
    )
  if (status === 403)
    return new OpsError(
      'OPS_CONFIGURATION',
      `SigNoz does not allow this to the account (${subject}: ${message}): give it the role signoz-admin.`,
    )
  if (status >= 500 && code !== 'unknown')
    return new OpsError(
      'OPS_UNAVAILABLE',
      `SigNoz failed with ${subject} (HTTP ${status}, ${message}): see its log.`,
    )
  return new OpsError(
    'OPS_CONFIGURATION',
    `SigNoz refuses ${subject} (HTTP ${status}): ${message}. Correct it and run this again; what went before is kept.`,
  )
}
