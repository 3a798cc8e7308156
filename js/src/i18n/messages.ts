/** How one scope reads to a person, for example "parcels:read". */
export interface ScopeWords {
  /** The verb for the actions that are known ("view", "change"); others are shown as they are. */
  readonly actions: Readonly<Record<string, string>>;
}

/** What is said by every element, and all that the consent prompt and the banner say. */
export interface EssentialMessages {
  /** The locale for `Intl` where the viewer names only the language ("en" alone means en-GB). */
  readonly locale: string;

  readonly prompt: {
    readonly title: string;
    question(agent: string): string;
    readonly anyAgent: string;
    readonly note: string;
    readonly reason: string;
    readonly ticket: string;
    readonly scopes: string;
    readonly allScopes: string;
    readonly viewOnly: string;
    readonly noScope: string;
    readonly choose: string;
    readonly today: string;
    readonly tomorrow: string;
    readonly oneWeek: string;
    readonly pickDate: string;
    readonly decline: string;
    readonly date: string;
    readonly giveAccess: string;
    readonly back: string;
    granted(agent: string, through: string): string;
    readonly withdraw: string;
    /** The button that opens the change of access in force, and the one that takes a picked date. */
    readonly change: string;
    changing(agent: string): string;
    /** `moment`: the end as it is. */
    changingNote(moment: string): string;
    /** The button that takes away scopes and leaves the end. */
    readonly keepEnd: string;
    exactEnd(moment: string): string;
    inUse(agent: string): string;
    /** `whole`: the consent itself ends then, not only the visit. */
    endsSoon(clock: string, whole: boolean): string;
    declined(agent: string): string;
    revoked(agent: string): string;
    handedBack(agent: string): string;
    stoppedBySystem(agent: string): string;
    withdrawnRequest(agent: string): string;
    expired(agent: string): string;
    unanswered(agent: string): string;
    endMoved(moment: string): string;
    answerBy(moment: string): string;
    /** The button that saves the signed receipt of a consent. */
    readonly receipt: string;
  };

  readonly banner: {
    impersonating(who: string): string;
    viewingAs(path: string): string;
    endsIn(left: string): string;
    endsAt(moment: string): string;
    readonly stop: string;
    readonly label: string;
    readonly reconnecting: string;
    minutesLeft(minutes: number): string;
    readonly ended: string;
  };

  readonly common: {
    through(day: string): string;
    readonly loading: string;
    readonly retry: string;
    readonly offline: string;
    readonly reconnecting: string;
    readonly unreachable: string;
    readonly failed: string;
    readonly noCore: string;
  };

  readonly scope: ScopeWords;

  /** What to tell a person for an error code; a code that is missing falls back to `common.failed`. */
  readonly problems: Readonly<Record<string, string>>;
}

/** What the other elements say: a page that asks for consent alone does not load it. */
export interface ScreenMessages {
  readonly panel: {
    readonly title: string;
    readonly email: string;
    readonly role: string;
    readonly status: string;
    readonly activeAccount: string;
    readonly banned: string;
    readonly sessions: string;
    readonly noAccess: string;
    readonly request: string;
    readonly requestAgain: string;
    readonly reason: string;
    readonly reasonHint: string;
    reasonLength(min: number, max: number): string;
    readonly scopes: string;
    readonly send: string;
    readonly cancel: string;
    readonly waiting: string;
    answerBy(moment: string): string;
    readonly withdrawRequest: string;
    access(through: string): string;
    readonly exactEnd: (moment: string) => string;
    readonly impersonate: string;
    readonly needsConsent: string;
    readonly handBack: string;
    readonly expired: string;
    readonly declined: string;
    readonly revoked: string;
    readonly withdrawn: string;
    readonly sessionRunning: string;
    readonly otherSession: string;
    readonly endSession: string;
    readonly block: string;
    readonly blockReason: string;
    readonly unblock: string;
  };

  readonly start: {
    title(who: string): string;
    readonly reason: string;
    readonly duration: string;
    minutes(count: number): string;
    readonly scopes: string;
    readonly warning: string;
    readonly confirm: string;
    readonly cancel: string;
  };

  readonly sessions: {
    readonly title: string;
    readonly none: string;
    actingAs(actor: string, target: string): string;
    timeLeft(left: string): string;
    readonly end: string;
    readonly reason: string;
    readonly ticket: string;
    readonly started: string;
    readonly details: string;
    readonly limitedBy: Readonly<Record<"grant" | "session_cap" | "requested_ttl", string>>;
  };

  readonly users: {
    readonly title: string;
    readonly search: string;
    readonly name: string;
    readonly email: string;
    readonly role: string;
    readonly state: string;
    readonly none: string;
    readonly active: string;
    readonly banned: string;
    readonly ban: string;
    readonly unban: string;
    readonly banReason: string;
    readonly revokeSessions: string;
    readonly confirm: string;
    readonly cancel: string;
    readonly actions: string;
    setRole(name: string): string;
  };

  readonly log: {
    readonly title: string;
    readonly none: string;
    readonly filter: string;
    readonly all: string;
    readonly exportCsv: string;
    readonly exportLines: string;
    readonly more: string;
    readonly by: string;
    about(subject: string): string;
    readonly onBehalf: (actor: string, subject: string) => string;
    readonly events: Readonly<Record<string, string>>;
    resource(type: string, id: string | undefined): string;
    readonly system: string;
    /** Who did it was erased from the record. */
    readonly erased: string;
  };

  readonly mine: {
    readonly title: string;
    readonly none: string;
    readonly waiting: string;
    readonly given: string;
    readonly visits: string;
    visit(actor: string, when: string): string;
    readonly running: string;
    readonly ended: Readonly<Record<"stopped" | "ended" | "revoked" | "expired", string>>;
    readonly actions: string;
    readonly noActions: string;
    /** Beside the name that the directory has now: the id that the record has for good. */
    recordedAs(id: string): string;
  };

  /** What the viewer's own browser found when it checked the record. */
  readonly record: {
    readonly checking: string;
    readonly verified: string;
    readonly unchecked: string;
    readonly failed: string;
    readonly erased: string;
    readonly holds: Readonly<Record<"first_use" | "continued" | "not_remembered", string>>;
    readonly reasons: Readonly<Record<"unreachable" | "unsupported" | "no_proofs", string>>;
    readonly again: string;
    readonly alarm: string;
    readonly alarms: Readonly<
      Record<"shrunk" | "forked" | "key_changed" | "signature_invalid" | "proofs_gone" | "entry", string>
    >;
    readonly whatToDo: string;
    readonly save: string;
  };

  readonly reports: {
    readonly title: string;
    readonly period: string;
    lastDays(days: number): string;
    readonly tenant: string;
    readonly allTenants: string;
    readonly total: string;
    readonly averageLength: string;
    readonly succeeded: string;
    readonly failed: string;
    readonly sessionsByDay: string;
    readonly byAgent: string;
    readonly topReasons: string;
    readonly actions: string;
    readonly resources: string;
    readonly topResources: string;
    readonly reads: string;
    readonly writes: string;
    readonly programs: string;
    readonly addresses: string;
    readonly outcomes: string;
    readonly day: string;
    readonly agent: string;
    readonly reason: string;
    readonly action: string;
    readonly resource: string;
    readonly program: string;
    readonly address: string;
    readonly count: string;
    asTable(title: string): string;
    plot(title: string): string;
    readonly none: string;
    partial(count: string): string;
  };

  readonly notifications: {
    readonly title: string;
    readonly none: string;
    readonly unread: string;
    readonly markRead: string;
  };

  /** By error code, for what only these elements meet; `EssentialMessages` has the others. */
  readonly problems: Readonly<Record<string, string>>;
}

/**
 * Every sentence that people see, in one language. A further language is one more object of this
 * type, registered with `registerLanguage`. Names and reasons are passed in as plain text and are
 * only ever shown as text.
 */
export type Messages = EssentialMessages & ScreenMessages;
