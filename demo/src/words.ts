/** The demo's own words; what the components say comes with them. */
const english = {
  signIn: "Sign in",
  chooser: "Choose who you are. Open a second browser profile to be two people at once.",
  roles: { user: "Farmer", helpdeskAgent: "Support agent", helpdeskAdmin: "Support administrator" } as Record<string, string>,
  tickets: "Tickets",
  parcels: "Parcels",
  access: "Access to my account",
  sessions: "Sessions",
  users: "Users",
  reports: "Reports",
  signOut: "Sign out",
  language: "Language",
  skip: "Skip to content",
  ticket: "Ticket",
  conversation: "Conversation",
  opened: "Opened",
  onlyTheUser: "Only the customer can answer requests for access, never somebody who acts for them.",
  outline: "Outline",
  outlineHint: "One corner a line: metres east, metres north.",
  outlineWrong: "Write 3 or more corners as two whole numbers a line.",
  save: "Save outline",
  saved: "Saved.",
  pick: "Choose a parcel to see its outline.",
  plan: "Plan of the farm",
  hectares: "ha",
  opening: "Opening the account…",
  openFailed: "The account could not be opened.",
  codeUsed: "This link was used already or is more than a minute old. Start again from the ticket.",
  backToTicket: "Back to the ticket",
  backToTickets: "Back to the tickets",
  ended: {
    stopped: "You have left the account.",
    ended: "An administrator has ended the session.",
    revoked: "Access was withdrawn.",
    expired: "The time of this session was up.",
    refused: "The session is no longer valid.",
  },
  endedMore: "Nothing of the customer's is shown any more. You are signed in as yourself, as before.",
  failed: "This could not be loaded.",
  notAllowed: "The user has not allowed this.",
  retry: "Try again",
  crops: { Grass: "Grass", Wheat: "Wheat", Potatoes: "Potatoes", "Sugar beet": "Sugar beet" } as Record<string, string>,
  farm: "Farm",
};

const dutch: typeof english = {
  signIn: "Inloggen",
  chooser: "Kies wie u bent. Open een tweede browserprofiel om twee mensen tegelijk te zijn.",
  roles: { user: "Boer", helpdeskAgent: "Supportmedewerker", helpdeskAdmin: "Supportbeheerder" },
  tickets: "Tickets",
  parcels: "Percelen",
  access: "Toegang tot mijn account",
  sessions: "Sessies",
  users: "Gebruikers",
  reports: "Rapporten",
  signOut: "Uitloggen",
  language: "Taal",
  skip: "Naar de inhoud",
  ticket: "Ticket",
  conversation: "Gesprek",
  opened: "Geopend",
  onlyTheUser: "Alleen de klant zelf kan verzoeken om toegang beantwoorden, nooit iemand die meekijkt.",
  outline: "Omtrek",
  outlineHint: "Eén hoek per regel: meters oost, meters noord.",
  outlineWrong: "Schrijf 3 of meer hoeken als twee hele getallen per regel.",
  save: "Omtrek opslaan",
  saved: "Opgeslagen.",
  pick: "Kies een perceel om de omtrek te zien.",
  plan: "Plattegrond van het bedrijf",
  hectares: "ha",
  opening: "Account wordt geopend…",
  openFailed: "Het account kon niet worden geopend.",
  codeUsed: "Deze link is al gebruikt of ouder dan een minuut. Begin opnieuw vanuit het ticket.",
  backToTicket: "Terug naar het ticket",
  backToTickets: "Terug naar de tickets",
  ended: {
    stopped: "U heeft het account verlaten.",
    ended: "Een beheerder heeft de sessie beëindigd.",
    revoked: "De toegang is ingetrokken.",
    expired: "De tijd van deze sessie was om.",
    refused: "De sessie is niet meer geldig.",
  },
  endedMore: "Van de klant wordt niets meer getoond. U bent ingelogd als uzelf, zoals daarvoor.",
  failed: "Dit kon niet worden geladen.",
  notAllowed: "De gebruiker heeft dit niet toegestaan.",
  retry: "Probeer opnieuw",
  crops: { Grass: "Gras", Wheat: "Tarwe", Potatoes: "Aardappelen", "Sugar beet": "Suikerbieten" },
  farm: "Bedrijf",
};

const key = "veldboek.language";

export function language(): "en" | "nl" {
  const chosen = localStorage.getItem(key) ?? navigator.language;
  return chosen.startsWith("nl") ? "nl" : "en";
}

export function setLanguage(tag: string): void {
  localStorage.setItem(key, tag);
  location.reload();
}

export const locale = language() === "nl" ? "nl-NL" : "en-GB";
export const words = language() === "nl" ? dutch : english;
document.documentElement.lang = language();
