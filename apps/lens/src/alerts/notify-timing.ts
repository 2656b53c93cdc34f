// When alerts become mails: the settings of Alertmanager inside SigNoz.

export interface NotifyTiming {
  /** How long a new group waits for more alerts before its first mail. */
  groupWaitMs: number
  /** How often a group is looked at afterwards. */
  groupIntervalMs: number
}

/** Defaults of SigNoz v0.138.0 (pkg/alertmanager/alertmanagerserver/config.go). */
export const NOTIFY_TIMING: NotifyTiming = { groupWaitMs: 30_000, groupIntervalMs: 300_000 }
