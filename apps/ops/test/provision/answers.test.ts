// Forms of answers that a SigNoz, or something else at its address, may give, and the sentences made of them.
import { Secret } from '@deye-hard/config'
import { describe, expect, test } from 'vitest'
import { refusal } from '../../src/provision/refusals.ts'
import { readAnswer, SigNozClient } from '../../src/provision/signoz-client.ts'

const client = new SigNozClient('http://signoz.example.org', {
  kind: 'api_key',
  apiKey: new Secret('k9-very-secret'),
})

describe('an answer', () => {
  test('with envelope is its data', () => {
    expect(readAnswer(201, '{"status":"success","data":{"id":"1"}}')).toEqual({
      kind: 'done',
      data: { id: '1' },
    })
    expect(readAnswer(200, '{"status":"success","data":[]}')).toEqual({ kind: 'done', data: [] })
  })

  test('without envelope is itself, and may be empty', () => {
    const ttl = { traces_ttl_duration_hrs: 168, status: 'success' }
    expect(readAnswer(200, JSON.stringify(ttl))).toEqual({ kind: 'done', data: ttl })
    expect(readAnswer(204, '')).toEqual({ kind: 'done', data: null })
  })

  test('that refuses names the field, which may stand one level below', () => {
    const error = {
      code: 'invalid_input',
      message: 'alert rule is not valid',
      errors: [{ message: 'condition.selectedQueryName: "Z" does not match any query in compositeQuery' }],
    }
    expect(readAnswer(400, JSON.stringify({ status: 'error', error }))).toEqual({
      kind: 'refused',
      status: 400,
      code: 'invalid_input',
      message:
        'alert rule is not valid: condition.selectedQueryName: "Z" does not match any query in compositeQuery',
    })
  })

  test('of something that is not SigNoz is recognised', () => {
    expect(readAnswer(502, '<html>Bad gateway</html>')).toMatchObject({ kind: 'refused', code: 'not_signoz' })
    expect(readAnswer(200, 'hello')).toMatchObject({ kind: 'refused', code: 'not_signoz' })
  })
})

describe('the sentence', () => {
  test.each<[number, string, string, RegExp]>([
    [400, 'invalid_input', 'OPS_CONFIGURATION', /refuses the rule X .*: no such field/],
    [401, 'unauthenticated', 'OPS_CONFIGURATION', /refuses the login .* SIGNOZ_API_KEY/],
    [403, 'forbidden', 'OPS_CONFIGURATION', /signoz-admin/],
    [500, 'internal', 'OPS_UNAVAILABLE', /failed with the rule X/],
    [502, 'not_signoz', 'OPS_UNAVAILABLE', /is not SigNoz or not ready/],
  ])('for %d %s', (status, code, opsCode, sentence) => {
    const error = refusal(client, { kind: 'refused', status, code, message: 'no such field' }, 'the rule X')
    expect(error.code).toBe(opsCode)
    expect(error.message).toMatch(sentence)
    expect(error.message).not.toContain('k9')
  })

  test('for a server that is away', async () => {
    const away = new SigNozClient('http://signoz.invalid', { kind: 'api_key', apiKey: new Secret('k9') })
    const answer = await away.ask('GET', '/api/v2/readyz')
    expect(answer).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('signoz.invalid') })
    if (answer.kind === 'done') throw new Error('answered')
    expect(refusal(away, answer, 'x')).toMatchObject({
      code: 'OPS_UNAVAILABLE',
      message: expect.stringContaining('check that it runs and that SIGNOZ_URL points to it'),
    })
  })
})
