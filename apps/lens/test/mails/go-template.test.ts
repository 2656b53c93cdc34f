// The part of Go's template language that our mails and annotations use; expected texts are what Go writes.
import { describe, expect, test } from 'vitest'
import { compileTemplate, GoObject, goTime, type Value } from '../../src/mails/go-template/template.ts'

const ITEMS = ['a', 'b', 'c']
const DATA = new GoObject({
  fields: {
    Name: 'lens',
    Empty: '',
    Zero: 0,
    Three: 3,
    Items: ITEMS,
    None: [],
    Labels: new Map([
      ['site', '12'],
      ['site.id', '7'],
    ]),
    At: goTime(Date.UTC(2026, 10, 5, 15, 4, 9)),
    Inner: new GoObject({ fields: { Name: 'inner' } }),
  },
  methods: { First: () => ITEMS[0]!, Join: (a: Value, b: Value) => `${a}+${b}` },
})

function render(source: string, data: Value = DATA): string {
  const template = compileTemplate(source)
  if (template.kind === 'refused') return `refused ${template.reason}`
  const rendered = template.render(data)
  return rendered.kind === 'text' ? rendered.text : `failed ${rendered.reason}`
}

describe('a template', () => {
  test.each([
    ['text as it is: {a} }} & <b>', 'text as it is: {a} }} & <b>'],
    ['{{ .Name }}', 'lens'],
    ['{{.Name}}{{ .Inner.Name }}', 'lensinner'],
    ['a {{- " b " -}} c', 'a b c'],
    ['a\n{{- /* comment }} */ -}}\nb', 'ab'],
    ['a {{/* c */}} b', 'a  b'],
    ['{{"}}"}}', '}}'],
    ['{{`raw\\n`}}{{"\\tq\\"\\u00fc"}}', 'raw\\n\tq"ü'],
    ['{{ . }}', 'failed line 1: only text and numbers are printed'],
  ])('%j gives %j', (source, text) => expect(render(source)).toBe(text))

  test.each([
    ['{{ if .Name }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if .Empty }}yes{{ else if .Zero }}zero{{ else }}no{{ end }}', 'no'],
    ['{{ if .None }}yes{{ end }}', ''],
    ['{{ if not .Labels.none }}none{{ end }}', 'none'],
    ['{{ if .At }}time{{ end }}', 'time'],
    ['{{ with .Empty }}{{ . }}{{ else with .Name }}{{ . }}!{{ end }}', 'lens!'],
    ['{{ with $x := .Name }}{{ $x }}{{ end }}', 'lens'],
    ['{{ range .Items }}{{ . }},{{ end }}', 'a,b,c,'],
    ['{{ range $i, $x := .Items }}{{ $i }}{{ $x }}{{ end }}', '0a1b2c'],
    ['{{ range $x := .Items }}{{ $x }}{{ $.Name }} {{ end }}', 'alens blens clens '],
    ['{{ range .None }}x{{ else }}nothing{{ end }}', 'nothing'],
  ])('%j branches to %j', (source, text) => expect(render(source)).toBe(text))

  test.each([
    ['{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}', 'b'],
    ['{{ $x := "a" }}{{ if true }}{{ $x := "b" }}{{ end }}{{ $x }}', 'a'],
    ['{{ $x := 1 }}{{ range .Items }}{{ $x = . }}{{ end }}{{ $x }}', 'c'],
    ['{{ if true }}{{ $y := 1 }}{{ end }}{{ $y }}', 'refused line 1: undefined variable $y'],
  ])('%j keeps variables as %j', (source, text) => expect(render(source)).toBe(text))

  test.each([
    ['{{ len .Items }}{{ len "ü" }}{{ len .Labels }}', '322'],
    ['{{ index .Items 1 }}{{ index .Labels "site.id" }}{{ index .Labels "no" }}', 'b7'],
    ['{{ len (slice .Items 1) }}{{ index (slice .Items 1 2) 0 }}', '2b'],
    [
      '{{ eq .Name "x" "lens" }} {{ ne .Three 3 }} {{ gt .Three 2 }} {{ lt "a" "b" }} {{ le 3 3 }} {{ ge 2 3 }}',
      'true false true true true false',
    ],
    ['{{ and .Name .Empty }}|{{ or .Empty "d" }}|{{ or .Empty .Zero }}|{{ and 1 2 }}', '|d|0|2'],
    ['{{ or .Name (index .Items 9) }}', 'lens'],
    ['{{ .Name | toUpper }}{{ "A" | toLower }}{{ trimSpace " x " }}', 'LENSax'],
    [
      '{{ html "<b>&\\"\'\\u0000+ü" }}{{ .Three | html }}{{ html .Labels.none }}',
      '&lt;b&gt;&amp;&#34;&#39;\ufffd+ü3',
    ],
    ['{{ .First }}{{ .Join 1 "x" }}{{ 2 | .Join 1 }}', 'a1+x1+2'],
    ['{{ (index .Items 0) }}{{ $x := .Inner }}{{ $x.Name }}', 'ainner'],
  ])('%j calls functions: %j', (source, text) => expect(render(source)).toBe(text))

  test.each([
    ['Mon 2 Jan 2006 15:04', 'Thu 5 Nov 2026 15:04'],
    ['2 Jan 15:04', '5 Nov 15:04'],
    ['Monday, 02 January 06 03:04:05 PM', 'Thursday, 05 November 26 03:04:09 PM'],
    ['2006-01-02 1/2 3:4:5 pm', '2026-11-05 11/5 3:4:9 pm'],
    ['15:04 MST', 'failed line 1: the time layout MST is not supported'],
    ['05.000', 'failed line 1: the time layout .000 is not supported'],
  ])('writes the time %j as %j', (layout, text) =>
    expect(render(`{{ .At.UTC.Format "${layout}" }}`)).toBe(text),
  )

  test.each([
    ['{{ template "x" }}', 'template is not supported'],
    ['{{ define "x" }}{{ end }}', 'define is not supported'],
    ['{{ range .Items }}{{ break }}{{ end }}', 'break is not supported'],
    ['{{ printf "%s" .Name }}', 'the function printf is not supported'],
    ['{{ .Name | urlquery }}', 'the function urlquery is not supported'],
    ["{{ 'a' }}", 'character constants are not supported'],
    ['{{ if .Name }}', 'if has no end'],
    ['{{ end }}', 'unexpected end'],
    ['{{ .Name', 'unclosed action'],
    ['{{ "a }}', 'unterminated quoted string'],
    ['{{ .Name .Empty }}x{{ 1 2 }}', 'a value that is no function has arguments'],
    ['{{ (.Name }}', 'unclosed ('],
    ['{{ }}', 'missing value in the action'],
    ['{{ .Name ! }}', 'unexpected "!"'],
  ])('%j is refused: %s', (source, reason) => expect(render(source)).toBe(`refused line 1: ${reason}`))

  test.each([
    ['{{ .Nope }}', 'there is no field or method Nope'],
    ['{{ .Name.Length }}', 'there is no field Length in such a value'],
    ['{{ index .Items 3 }}', 'index out of range: 3'],
    ['{{ slice .Items 4 }}', 'slice out of range'],
    ['{{ eq .Name 1 }}', 'incompatible types for comparison'],
    ['{{ len 3 }}', 'len of something that has no length'],
    ['{{ .Inner.constructor }}', 'there is no field or method constructor'],
    ['{{ range .Name }}{{ end }}', 'range over something that is no list'],
  ])('%j fails: %s', (source, reason) => expect(render(source)).toBe(`failed line 1: ${reason}`))

  test('names the line', () => {
    expect(render('a\n\n{{ if true }}\n{{ .Nope }}{{ end }}')).toBe(
      'failed line 4: there is no field or method Nope',
    )
    expect(render('a\nb {{ nope }}')).toBe('refused line 2: the function nope is not supported')
  })
})
