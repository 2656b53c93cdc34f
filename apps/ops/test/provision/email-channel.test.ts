// The subject of alert mails: what Alertmanager's template says in it; a real SigNoz renders it in test/signoz.
import { expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { emailChannel } from '../../src/provision/email-channel.ts'

const [mail] = (
  emailChannel(PROJECT_ROOT, 'ops@example.org').document as {
    email_configs: { headers: { Subject: string } }[]
  }
).email_configs

test('the id of a site does not stand alone in a subject', () => {
  const { Subject: subject } = mail!.headers
  expect(subject).toContain('{{ with index .CommonLabels "site.id" }}site {{ . }}: ')
})
