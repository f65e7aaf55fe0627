import { Session, SignedOut, SignInLink, SignInRequest } from '../session.ts';
import type { Route } from './route.ts';

export const SESSION_ROUTES = {
  /** Sets the session's cookie. Asked for by the console's own pages only. */
  signIn: {
    method: 'POST',
    path: '/v1/session',
    scope: 'public',
    summary: 'Sign in a browser with an API key or the ticket of a sign-in link',
    status: 201,
    body: SignInRequest,
    answer: Session,
  },
  showSession: {
    method: 'GET',
    path: '/v1/session',
    scope: 'viewer',
    summary: 'Who the caller is',
    status: 200,
    answer: Session,
  },
  signOut: {
    method: 'DELETE',
    path: '/v1/session',
    scope: 'viewer',
    summary: 'End the session of this browser',
    status: 200,
    answer: SignedOut,
  },
  createSignInLink: {
    method: 'POST',
    path: '/v1/session/links',
    scope: 'viewer',
    summary: 'A link to the console that signs in once, within a minute, as this key',
    status: 201,
    answer: SignInLink,
  },
} as const satisfies Record<string, Route>;
