// Rules, numbers and runbooks come in threes; a runbook is complete and names only what exists.
import { describe, expect, it } from 'vitest'
import { RULE_ID, soundRunbook } from './sound-files.ts'
import { type Change, faultsAfter } from './spoil.ts'

const text = (value: string): Change => ['runbook.text', value]
const sound = soundRunbook()
const swapped = sound
  .replace('## Impact', '## X')
  .replace('## Meaning', '## Impact')
  .replace('## X', '## Meaning')

const traps: readonly [what: string, fault: RegExp, ...changes: Change[]][] = [
  [
    'a rule without number',
    /rules\/FramesRejected\.json : alerts\/thresholds\.json has no FramesRejected/,
    ['monitoring.thresholds', {}],
  ],
  [
    'a number without rule',
    /thresholds\.json Gone: there is no such rule/,
    ['monitoring.thresholds.Gone', {}],
  ],
  ['a rule without runbook', /there is no alerts\/runbooks\/FramesRejected\.md/, ['monitoring.runbooks', []]],
  ['a runbook without rule', /FramesRejected\.md : there is no such rule/, ['monitoring.rules', []]],
  ['a heading less', /Impact: there is no heading ## Impact/, text(sound.replace('## Impact', ''))],
  [
    'an empty heading',
    /Mitigation: says next to nothing/,
    text(sound.replace(/## Mitigation\n.*/, '## Mitigation')),
  ],
  ['headings out of order', /in the order Meaning/, text(swapped)],
  ['a diagnosis without a command', /Diagnosis: has no command to paste/, text(sound.replaceAll('```', ''))],
  ['text that waits to be written', /TODO is text that waits/, text(`${sound}\nTODO`)],
  ['another title', /expected # FramesRejected as its title/, text(sound.replace(`# ${RULE_ID}`, '# Other'))],
  [
    'a metric that nobody sends',
    /solar\.frames\.lost is no metric/,
    text(sound.replace('solar.frames.rejected', 'solar.frames.lost')),
  ],
]

describe('around runbooks finds', () => {
  it.each(traps)('%s', (_, fault, ...changes) => {
    expect(faultsAfter(...changes).filter(one => fault.test(one))).not.toEqual([])
  })
})
