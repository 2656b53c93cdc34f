// Writes a command's answer: one JSON document with --json, text for people otherwise.
export interface OutputOptions {
  json?: boolean
}

/** `data` is what --json prints (snake_case keys); `text` is the same for people, without a final line break. */
export function answer(options: OutputOptions, data: unknown, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${text}\n`)
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(header: string[], rows: (string | number | null)[][]): string {
  const cells = [header, ...rows.map(row => row.map(cell => (cell === null ? '–' : String(cell))))]
  const widths = header.map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)))
  const rightAligned = header.map(
    (_, column) => rows.length > 0 && rows.every(row => typeof row[column] === 'number'),
  )
  return cells
    .map(row =>
      row
        .map((cell, column) =>
          rightAligned[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
