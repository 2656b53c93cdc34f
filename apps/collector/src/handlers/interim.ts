// 0x0510: an interim answer to a long AT command, as other servers of this logger send it; it gets no ack (reference 2.8).
import type { Handler } from './index.ts'

/** Counted by its control code like every frame, and that is all: this collector sends no AT commands. */
export const handleInterim: Handler = () => {}
