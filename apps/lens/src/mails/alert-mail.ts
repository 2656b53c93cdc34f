// Writes the mail of a notification with the template and the subject that SigNoz gets, and a text part for those who read no HTML.
import type { Notification } from '../alerts/dispatch-state.ts'
import { type CompiledTemplate, compileTemplate } from './go-template/template.ts'
import { mailData } from './mail-data.ts'

export interface AlertMail {
  subject: string
  html: string
  text: string
}

export type WrittenMail = { kind: 'mail'; mail: AlertMail } | { kind: 'failed'; reason: string }

export type MailWriter =
  | { kind: 'writer'; write(notification: Notification): WrittenMail }
  | { kind: 'refused'; reason: string }

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: ' ',
  middot: '·',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
}

/** `subject` and `html` are Go templates, as the e-mail channel of SigNoz has them. */
export function mailWriter(subject: string, html: string): MailWriter {
  const templates = { subject: compileTemplate(subject), html: compileTemplate(html) }
  for (const [name, template] of Object.entries(templates)) {
    if (template.kind === 'refused') return { kind: 'refused', reason: `mail ${name}: ${template.reason}` }
  }
  return { kind: 'writer', write: notification => write(notification, templates) }
}

function write(
  notification: Notification,
  templates: { subject: CompiledTemplate; html: CompiledTemplate },
): WrittenMail {
  const data = mailData(notification)
  const [subject, html] = [render(templates.subject, data), render(templates.html, data)]
  if (subject.kind === 'failed') return subject
  if (html.kind === 'failed') return html
  return { kind: 'mail', mail: { subject: subject.text, html: html.text, text: plainText(html.text) } }
}

function render(template: CompiledTemplate, data: ReturnType<typeof mailData>) {
  return template.kind === 'template'
    ? template.render(data)
    : { kind: 'failed' as const, reason: template.reason }
}

/** Lines of the body without tags; the address of a link follows its word. */
export function plainText(html: string): string {
  return html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<a\s[^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g, '\n$2: $1')
    .replace(/<\/td><td[^>]*>/g, ': ')
    .replace(/<(?:br|tr|div)[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w+);/g, (entity, name) => ENTITIES[name] ?? entity)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .join('\n')
}
