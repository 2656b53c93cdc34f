// Packs alerts into groups and decides when a group is mailed, as Alertmanager 0.31 in SigNoz v0.138.0 does.
import type { AlertRule } from './alert-rule.ts'
import type { AlertGroup, DispatchState, MailedGroup, Notification, NotifiedAlert } from './dispatch-state.ts'
import type { PostedAlert } from './evaluate-rule.ts'
import { type FiringTiers, firingTiers, isSilenced } from './inhibition.ts'
import { compareAlerts, type LabelSet, labelKey } from './label-set.ts'
import type { NotifyTiming } from './notify-timing.ts'

/** Groups without alerts are removed on this beat. */
const MAINTENANCE_MS = 30_000
const MAILED_KEPT_MS = 120 * 3_600_000
const KNOWN_KEPT_MS = 30 * 60_000
/** In `groupBy`: one group for each set of labels. */
const GROUP_BY_ALL = '__all__'

/** Takes in what an evaluation told. */
export function receiveAlerts(
  state: DispatchState,
  rule: AlertRule,
  posted: readonly PostedAlert[],
  nowMs: number,
  timing: NotifyTiming,
): DispatchState {
  const groups = { ...state.groups }
  const known = { ...state.known }
  for (const alert of posted) {
    const key = labelKey(alert.labels)
    known[key] = alert
    const labels = groupLabels(alert.labels, rule.groupBy)
    const groupKey = labelKey(labels)
    const group = groups[groupKey] ?? newGroup(rule, labels, nowMs, timing)
    groups[groupKey] = {
      ...group,
      alerts: { ...group.alerts, [key]: alert },
      emptySinceMs: null,
      // An alert that fired before the group was there has waited already.
      ...(!group.hasFlushed && alert.startsMs + timing.groupWaitMs < nowMs ? { nextFlushMs: nowMs } : {}),
    }
  }
  return { ...state, groups, known }
}

/** Looks at the groups whose time has come. */
export function flushGroups(
  state: DispatchState,
  nowMs: number,
  timing: NotifyTiming,
): { state: DispatchState; notifications: Notification[] } {
  const known = kept(state.known, alert => alert.endsMs + KNOWN_KEPT_MS > nowMs)
  const mailed = kept(state.mailed, entry => entry.expiresMs > nowMs)
  const groups = kept(state.groups, group => !isOver(group, nowMs))
  const firing = firingTiers(known, nowMs)
  const notifications: Notification[] = []
  for (const [key, group] of Object.entries(groups)) {
    if (group.nextFlushMs > nowMs) continue
    const notification = notificationOf(key, group, firing, nowMs)
    const entry = mailed[key]
    if (notification !== null && isNews(notification, entry, group.repeatMs)) {
      notifications.push(notification)
      mailed[key] = mailedOf(notification, group.repeatMs)
    }
    groups[key] = afterFlush(group, nowMs, timing)
  }
  return { state: { groups, mailed, known }, notifications }
}

/** By rule and `groupBy`; absent data has a group of its own. */
function groupLabels(labels: LabelSet, groupBy: readonly string[]): LabelSet {
  const names = new Set(['ruleId', 'nodata', ...groupBy])
  const isAll = groupBy.includes(GROUP_BY_ALL)
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isAll || names.has(name)))
}

function newGroup(rule: AlertRule, labels: LabelSet, nowMs: number, timing: NotifyTiming): AlertGroup {
  return {
    ruleId: rule.id,
    labels,
    alerts: {},
    nextFlushMs: nowMs + timing.groupWaitMs,
    hasFlushed: false,
    repeatMs: labels.nodata === undefined ? rule.renotifyMs : rule.renotifyNoDataMs,
    emptySinceMs: null,
  }
}

function isOver({ emptySinceMs }: AlertGroup, nowMs: number): boolean {
  const beat = (ms: number) => Math.floor(ms / MAINTENANCE_MS)
  return emptySinceMs !== null && beat(nowMs) > beat(emptySinceMs)
}

/** Null when everything in it is silenced, or nothing is in it. */
function notificationOf(
  groupKey: string,
  group: AlertGroup,
  firing: FiringTiers,
  nowMs: number,
): Notification | null {
  const alerts = Object.values(group.alerts)
    .filter(alert => !isSilenced(alert, firing, group.labels))
    .sort((a, b) => compareAlerts(a.labels, b.labels))
    .map(alert => notified(alert, nowMs))
  if (alerts.length === 0) return null
  const status = alerts.some(alert => alert.status === 'firing') ? 'firing' : 'resolved'
  // The beat of the group and not the clock: a beat that comes a little late must not shift what is repeated.
  return {
    ruleId: group.ruleId,
    groupKey,
    atMs: group.nextFlushMs,
    status,
    groupLabels: group.labels,
    alerts,
  }
}

function notified(alert: PostedAlert, nowMs: number): NotifiedAlert {
  const { labels, annotations, startsMs, endsMs } = alert
  return endsMs > nowMs
    ? { status: 'firing', labels, annotations, startsMs, endsMs: null }
    : { status: 'resolved', labels, annotations, startsMs, endsMs }
}

/** Something new fires, or is over, or the time of the repetition has passed; at that very moment it has not yet. */
function isNews(notification: Notification, mailed: MailedGroup | undefined, repeatMs: number): boolean {
  const [firing, resolved] = [keysOf(notification, 'firing'), keysOf(notification, 'resolved')]
  if (mailed === undefined) return firing.length > 0
  if (firing.some(key => !mailed.firing.includes(key))) return true
  if (firing.length === 0) return mailed.firing.length > 0
  if (resolved.some(key => !mailed.resolved.includes(key))) return true
  return mailed.atMs < notification.atMs - repeatMs
}

function mailedOf(notification: Notification, repeatMs: number): MailedGroup {
  return {
    atMs: notification.atMs,
    firing: keysOf(notification, 'firing'),
    resolved: keysOf(notification, 'resolved'),
    expiresMs: notification.atMs + Math.min(MAILED_KEPT_MS, 2 * repeatMs),
  }
}

function keysOf({ alerts }: Notification, status: NotifiedAlert['status']): string[] {
  return alerts.filter(alert => alert.status === status).map(alert => labelKey(alert.labels))
}

/** What is over was told, or was silenced: either way it leaves. */
function afterFlush(group: AlertGroup, nowMs: number, { groupIntervalMs }: NotifyTiming): AlertGroup {
  const alerts = kept(group.alerts, alert => alert.endsMs > nowMs)
  const isEmpty = Object.keys(alerts).length === 0
  const next = group.nextFlushMs + groupIntervalMs
  return {
    ...group,
    alerts,
    hasFlushed: true,
    // After a pause the beat begins anew.
    nextFlushMs: next > nowMs ? next : nowMs + groupIntervalMs,
    emptySinceMs: isEmpty ? (group.emptySinceMs ?? nowMs) : null,
  }
}

function kept<T>(entries: Readonly<Record<string, T>>, isKept: (entry: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => isKept(entry)))
}
