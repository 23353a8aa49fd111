import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Negotiated } from '../http/negotiate.ts';
import type { ResourceKind, UserInfo } from '../resource-kind.ts';

/** A request that was let in, about a kind that exists. */
export interface ResourceRequest {
  readonly kind: ResourceKind;
  readonly verb: RequestVerb;
  /** '' outside of namespaces, and for a collection over all of them. */
  readonly namespace: string;
  /** '' for a collection. */
  readonly name: string;
  /** '' for the object itself. */
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  readonly accept: Negotiated;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

export type RequestVerb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';
