import Type from 'typebox'
import { Id, PageQuery, strict } from '../common.ts'
import { json, type Endpoint } from '../endpoint.ts'
import { AuditCheck, AuditEntry } from '../resources/audit.ts'

/** The audit log. */
export const auditEndpoints = {
  listAudit: {
    method: 'GET',
    path: '/audit',
    tag: 'audit',
    summary: 'Changes and denied attempts, newest first',
    auth: 'required',
    query: Type.Object(
      {
        before: Type.Optional(
          Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'From next of the page before' }),
        ),
        limit: PageQuery.properties.limit,
        actor: Type.Optional(Id),
        object: Type.Optional(Id),
        outcome: Type.Optional(Type.Enum(['done', 'denied'])),
      },
      strict,
    ),
    status: 200,
    answer: json(
      Type.Object(
        { items: Type.Array(AuditEntry), next: Type.Union([Type.Integer(), Type.Null()]) },
        { ...strict, $id: 'AuditPage' },
      ),
    ),
  },
  exportAudit: {
    method: 'GET',
    path: '/audit/export',
    tag: 'audit',
    summary: 'The whole audit log, an entry a line, oldest first',
    auth: 'required',
    status: 200,
    answer: { kind: 'bytes', mediaTypes: ['application/x-ndjson'] },
  },
  checkAudit: {
    method: 'GET',
    path: '/audit/check',
    tag: 'audit',
    summary: 'Whether every entry of the audit log fits its hash and the entry before',
    auth: 'required',
    status: 200,
    answer: json(AuditCheck),
  },
} as const satisfies Record<string, Endpoint>
