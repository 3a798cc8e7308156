#pragma once

#include <array>

#include "notify/phrases.hpp"

namespace hallpass::server {

// In the order of HALLPASS_PHRASES; the tests hold both dictionaries to it.
inline constexpr std::array dutch_words{
    Wording{"{agent} vraagt toegang tot uw account",
            "Supportmedewerker {agent} wil meekijken in uw account om uw probleem op te lossen. "
            "Log in om te zeggen tot wanneer, of om te weigeren. Zonder antwoord vervalt het "
            "verzoek op {until} en krijgt niemand toegang."},
    Wording{"{agent} vraagt toegang tot uw account",
            "Supportmedewerker {agent} wilde meekijken in uw account om uw probleem op te lossen. "
            "Dit verzoek is beantwoord, of het is vervallen."},
    Wording{"{agent} heeft geen toegang meer nodig",
            "{agent} heeft het verzoek om toegang tot uw account ingetrokken. Niemand heeft "
            "toegang gekregen."},
    Wording{"Een verzoek om toegang is vervallen",
            "Het verzoek van {agent} is niet op tijd beantwoord. Niemand heeft toegang gekregen."},
    Wording{"{agent} heeft de toegang tot uw account teruggegeven",
            "{agent} kan niet meer in uw account meekijken."},
    Wording{"De toegang tot uw account is gestopt",
            "De dienst heeft de toegang gestopt. {agent} kan niet meer in uw account meekijken."},
    Wording{"De toegang tot uw account is afgelopen",
            "De toegang die u heeft verleend eindigde op {until}. {agent} kan niet meer in uw "
            "account meekijken."},
    Wording{"{agent} kijkt mee in uw account",
            "{agent} kijkt mee in uw account alsof hij u is, uiterlijk tot {until}. Alles wat de "
            "medewerker opent of wijzigt wordt vastgelegd en kunt u nalezen."},
    Wording{"{agent} kijkt niet meer mee",
            "{agent} is gestopt met meekijken in uw account. U kunt nalezen wat is geopend en "
            "gewijzigd."},
    Wording{"Een beheerder heeft het meekijken beëindigd",
            "{agent} kan uw account niet meer zien. U kunt nalezen wat is geopend en gewijzigd."},
    Wording{"Het meekijken in uw account is gestopt",
            "De toegang is ingetrokken en {agent} kan uw account niet meer zien. U kunt nalezen "
            "wat is geopend en gewijzigd."},
    Wording{"Het meekijken in uw account is afgelopen",
            "De tijd was om op {until}. U kunt nalezen wat {agent} heeft geopend en gewijzigd."},
    Wording{"Het meekijken in uw account loopt bijna af",
            "{agent} kan in uw account meekijken tot {until}."},
    Wording{"De toegang tot uw account loopt bijna af",
            "De toegang die u {agent} heeft verleend eindigt op {until}."},
    Wording{"{user} heeft u toegang verleend",
            "{user} heeft u toegang verleend {through}: die eindigt op {until}. Tot dan kunt u een "
            "sessie beginnen."},
    Wording{"{user} heeft uw verzoek geweigerd",
            "U kunt niet meekijken in het account van {user}."},
    Wording{"{user} heeft de toegang ingetrokken",
            "U kunt niet meer meekijken in het account van {user}. Een sessie die liep is "
            "beëindigd."},
    Wording{"De toegang tot het account van {user} is gestopt",
            "De dienst heeft die gestopt. Een sessie die liep is beëindigd."},
    Wording{"De toegang tot het account van {user} is afgelopen",
            "Die eindigde op {until}. U kunt opnieuw verzoeken."},
    Wording{"{user} heeft niet geantwoord",
            "Uw verzoek om toegang is vervallen. U kunt opnieuw verzoeken."},
    Wording{"Toegang verzocht", "{agent} verzoekt {user} om toegang."},
    Wording{"Toegang verleend", "{user} heeft {agent} toegang verleend tot {until}."},
    Wording{"Toegang geweigerd", "{user} heeft het verzoek van {agent} geweigerd."},
    Wording{"Toegang ingetrokken", "{agent} heeft geen toegang meer tot het account van {user}."},
    Wording{"Toegang gewijzigd",
            "De toegang van {agent} tot het account van {user} eindigt nu op {until}."},
    Wording{"Toegang verlopen",
            "Het verzoek of de toegang van {agent} tot het account van {user} is voorbij."},
    Wording{"Sessie begonnen", "{agent} kijkt mee als {user}, uiterlijk tot {until}."},
    Wording{"Sessie beëindigd", "{agent} kijkt niet meer mee als {user}."},
    Wording{"Loopt bijna af", "{agent} heeft toegang tot het account van {user} tot {until}."},
};

inline constexpr Labels dutch_labels{
    "Reden", "Ticket", "elke supportmedewerker",
    "U krijgt dit bericht omdat het over uw account gaat. Log in om meer te lezen:",
    "U krijgt dit bericht omdat u om toegang heeft verzocht. Log in om meer te lezen:"};

}  // namespace hallpass::server
