import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/**
 * Opens an in-memory DuckDB that may touch nothing but the given folders: no extensions, no other files, no way back.
 * DuckDB's memory limit is that of its buffers, not of the process: the process has a cap of its own.
 */
export const openDuckDb = async (folders: readonly string[], memoryMb: number): Promise<DuckDBConnection> => {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${memoryMb}MB`, threads: '2' })
  const connection = await instance.connect()
  await connection.run(`SET allowed_directories = [${folders.map(sqlText).join(', ')}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET autoinstall_known_extensions = false')
  await connection.run('SET autoload_known_extensions = false')
  await connection.run('SET lock_configuration = true')
  return connection
}

export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`
