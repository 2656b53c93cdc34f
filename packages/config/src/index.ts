// Reads and checks the environment once; an error names the variable and the form expected.
export type { Setting } from './declare.ts'
export { describeSettings, type SettingDescription, unknownSettings } from './describe.ts'
export { ConfigError, SETTING_PROBLEM_CODES, type SettingProblem, type SettingProblemCode } from './errors.ts'
export { type Environment, readSettings, type SettingsOf, type SettingsSpec } from './read-settings.ts'
export { Secret } from './secret.ts'
export { setting } from './setting.ts'
export { formatBytes, formatDuration, parseBytes, parseDuration } from './units.ts'
