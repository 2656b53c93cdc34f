// The configuration file of the engine: it is made for big servers, lens is a guest on someone's machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineLimits } from './messages.ts'

const MARK_CACHE_BYTES = 32 * 1_048_576
const INDEX_CACHE_BYTES = 16 * 1_048_576
const UNCOMPRESSED_CACHE_BYTES = 8 * 1_048_576
/** Merges of a part larger than this gain nothing when whole hours are dropped. */
const MERGED_PART_BYTES = 512 * 1_048_576

/** Writes it into the folder and gives the arguments of the engine. */
export function writeConfiguration(folder: string, limits: EngineLimits): string[] {
  const path = join(folder, 'engine.xml')
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  writeFileSync(path, configuration(limits, temporary))
  return [`--config-file=${path}`]
}

function configuration(limits: EngineLimits, temporary: string): string {
  return `<clickhouse>
  <logger><level>none</level></logger>
  <timezone>UTC</timezone>
  <tmp_path>${escapeXml(temporary)}/</tmp_path>
  <max_server_memory_usage>${limits.memoryBytes}</max_server_memory_usage>
  <mark_cache_size>${MARK_CACHE_BYTES}</mark_cache_size>
  <index_mark_cache_size>${INDEX_CACHE_BYTES}</index_mark_cache_size>
  <primary_index_cache_size>${INDEX_CACHE_BYTES}</primary_index_cache_size>
  <uncompressed_cache_size>${UNCOMPRESSED_CACHE_BYTES}</uncompressed_cache_size>
  <query_condition_cache_size>${UNCOMPRESSED_CACHE_BYTES}</query_condition_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
  <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
  <merge_tree>
    <max_bytes_to_merge_at_max_space_in_pool>${MERGED_PART_BYTES}</max_bytes_to_merge_at_max_space_in_pool>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
</clickhouse>
`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
