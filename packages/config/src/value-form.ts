// Says what a value looks like without saying what it is, so that errors can be pasted anywhere.

/** "a number of 6 digits", "a text of 12 characters": enough to find the mistake, too little to leak. */
export function describeForm(text: string): string {
  if (text === '') return 'nothing'
  if (text.trim() === '') return 'only spaces'
  const plain = text.trim()
  if (/^-?\d+$/.test(plain)) return numberForm(plain)
  if (/^-?\d*\.\d+$/.test(plain)) return 'a decimal number'
  if (/^\d+(\.\d+)?\s*[A-Za-z]{1,5}$/.test(plain)) return 'a number followed by letters'
  const protocol = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(plain)
  if (protocol !== null) return `a URL that starts with ${protocol[1]!.toLowerCase()}://`
  return `a text of ${count(plain.length, 'character')}`
}

/** The form of a secret: only its length. */
export function describeSecretForm(text: string): string {
  return `a secret of ${count(text.length, 'character')}`
}

function numberForm(text: string): string {
  const negative = text.startsWith('-')
  return `a ${negative ? 'negative ' : ''}number of ${count(text.length - (negative ? 1 : 0), 'digit')}`
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
