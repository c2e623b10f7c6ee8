/**
 * Which screen is shown. The place stands in the part of the address after `#`, so that the back key works; it holds
 * ids and never a name or a search word.
 */

export type SupporterKind = 'individual' | 'organization';

export type Route =
  | { screen: 'home' }
  | { screen: 'supporters'; id: string | null }
  | { screen: 'supporter-edit'; id: string }
  | { screen: 'supporter-new'; kind: SupporterKind }
  | { screen: 'duplicates' }
  | { screen: 'merge'; kept: string; absorbed: string }
  | { screen: 'import' }
  | { screen: 'export' }
  | { screen: 'audit' }
  | { screen: 'committee' }
  | { screen: 'settings' }
  | { screen: 'about' };

export type ScreenName = Route['screen'];

const SIMPLE = ['duplicates', 'import', 'export', 'audit', 'committee', 'settings', 'about'] as const;
/** An id as the program writes it: 26 letters of Crockford's base 32. */
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The address of a screen. */
export function hrefOf(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '#/';
    case 'supporters':
      return route.id === null ? '#/supporters' : `#/supporters/${route.id}`;
    case 'supporter-edit':
      return `#/supporters/${route.id}/edit`;
    case 'supporter-new':
      return `#/supporters/new/${route.kind}`;
    case 'merge':
      return `#/duplicates/${route.kept}/${route.absorbed}`;
    case 'duplicates':
    case 'import':
    case 'export':
    case 'audit':
    case 'committee':
    case 'settings':
    case 'about':
      return `#/${route.screen}`;
  }
}

/** The screen of an address; home for an address that names none. */
export function routeOf(hash: string): Route {
  const [first = '', second, third, ...more] = hash.replace(/^#?\/?/, '').split('/');
  const home: Route = { screen: 'home' };
  if (more.length > 0) return home;
  if (first === 'supporters') return supporterRoute(second, third);
  if (first === 'duplicates' && isId(second) && isId(third)) {
    return { screen: 'merge', kept: second, absorbed: third };
  }
  const simple = SIMPLE.find((name) => name === first);
  return simple && second === undefined ? { screen: simple } : home;
}

class Router {
  route = $state<Route>(routeOf(location.hash));

  /** Follows the address; gives what stops it. */
  start(): () => void {
    const follow = () => (this.route = routeOf(location.hash));
    addEventListener('hashchange', follow);
    follow();
    return () => removeEventListener('hashchange', follow);
  }

  go(route: Route): void {
    location.hash = hrefOf(route);
    this.route = route;
  }

  /** Like `go`, but the back key does not return to where one was. */
  replace(route: Route): void {
    history.replaceState(null, '', hrefOf(route));
    this.route = route;
  }
}

export const router = new Router();

function supporterRoute(second: string | undefined, third: string | undefined): Route {
  if (second === 'new' && (third === 'individual' || third === 'organization')) {
    return { screen: 'supporter-new', kind: third };
  }
  if (isId(second)) {
    return third === 'edit' ? { screen: 'supporter-edit', id: second } : { screen: 'supporters', id: second };
  }
  return { screen: 'supporters', id: null };
}

function isId(text: string | undefined): text is string {
  return text !== undefined && ID.test(text);
}
