// The counters that a run keeps and prints, one line a second.

export interface Stats {
  /** Loggers with an open connection. */
  connected: number
  /** Loggers without power. */
  asleep: number
  frames_sent: number
  frames_acked: number
  /** Live and buffered data frames, retries included. */
  data_sent: number
  /** Data records accepted; each is in the journal before it counts here. */
  data_acked: number
  retries: number
  replays: number
  connects: number
  connections_lost: number
  /** Session restarts after three unaccepted copies (reference 3.4). */
  restarts: number
  /** Records waiting in the buffers of all loggers. */
  buffered: number
  /** Records that a full buffer had to let go; they were never acked. */
  buffer_dropped: number
  /** Frames that found a full send buffer: the collector does not read. */
  writes_dropped: number
  /** Answers that matched no frame in flight, or were no frame at all. */
  answers_unmatched: number
}

export function createStats(): Stats {
  return {
    connected: 0,
    asleep: 0,
    frames_sent: 0,
    frames_acked: 0,
    data_sent: 0,
    data_acked: 0,
    retries: 0,
    replays: 0,
    connects: 0,
    connections_lost: 0,
    restarts: 0,
    buffered: 0,
    buffer_dropped: 0,
    writes_dropped: 0,
    answers_unmatched: 0,
  }
}
