// Who sends the telemetry: the attributes of the schema and no others, so no command line, no owner, no random id.
import { hostname } from 'node:os'
import type { RESOURCE_ATTRIBUTES } from '@deye-hard/telemetry-schema'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { parseResourceAttributes } from './key-value-pairs.ts'
import type { TelemetrySettings } from './settings.ts'

const NAMESPACE = 'deye-hard'

export function resourceOf(service: string, version: string, settings: TelemetrySettings): Resource {
  const given = parseResourceAttributes(settings.resourceAttributes ?? '') ?? {}
  const host = given['host.name'] ?? hostname()
  const environment = given['deployment.environment.name'] ?? settings.deploymentEnvironment
  const attributes = {
    'service.name': service,
    'service.version': version,
    'service.namespace': given['service.namespace'] ?? NAMESPACE,
    'service.instance.id': settings.serviceInstanceId ?? given['service.instance.id'] ?? `${host}/${service}`,
    'deployment.environment.name': environment,
    'deployment.environment': environment,
    'host.name': host,
  } satisfies Partial<Record<keyof typeof RESOURCE_ATTRIBUTES, string>>
  // The default resource adds telemetry.sdk.* and nothing else.
  return defaultResource().merge(resourceFromAttributes(attributes))
}
