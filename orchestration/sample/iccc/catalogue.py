"""What command centres are used for: our own catalogue, from which each sample city runs a part."""

from typing import NamedTuple


class UseCase(NamedTuple):
    """One use case: who takes part, which datasets it rests on, what is measured, and the minutes of its procedure.

    `before` and `after` are the measure in a usual city without it, and where it can come to with it.
    """

    group: str
    title: str
    title_hi: str
    departments: str
    feeds: str
    kpi: str
    unit: str
    before: float
    after: float
    minutes: int


CATALOGUE = (
    UseCase("mobility", "Signals timed by counts", "गणना के अनुसार सिग्नल", "traffic_police",
            "traffic_police__traffic_counts", "Mean delay at junctions", "s", 74, 52, 30),
    UseCase("mobility", "E-challans for red lights", "लाल बत्ती पर ई-चालान", "traffic_police",
            "traffic_police__e_challans", "Red lights jumped a day", "count", 940, 520, 1_440),
    UseCase("mobility", "Travel times on corridors", "मार्गों पर यात्रा समय", "traffic_police transport",
            "traffic_police__anpr_flows traffic_police__traffic_counts", "Peak travel time", "min", 46, 37, 60),
    UseCase("mobility", "Buses on time", "बसों का समय पालन", "transport",
            "transport__vehicle_positions transport__transit_schedule", "Trips on time", "pct", 58, 79, 20),
    UseCase("mobility", "Guidance to parking", "पार्किंग मार्गदर्शन", "transport",
            "transport__parking", "Time to find a space", "min", 11, 6, 120),
    UseCase("mobility", "Accidents cleared from the road", "सड़क से दुर्घटना हटाना", "traffic_police police",
            "police__emergency_calls traffic_police__traffic_counts", "Time until the road is free", "min", 55, 34, 45),
    UseCase("safety", "Video watch of public places", "सार्वजनिक स्थानों की वीडियो निगरानी", "police",
            "police__cameras police__camera_health", "Cameras available", "pct", 82, 96, 15),
    UseCase("safety", "Footage for investigations", "जाँच के लिए फ़ुटेज", "police",
            "police__footage_requests police__recordings", "Requests met", "pct", 42, 75, 4_320),
    UseCase("safety", "Emergency call boxes", "आपात कॉल बॉक्स", "police",
            "police__emergency_calls police__cameras", "Time to answer", "s", 48, 15, 120),
    UseCase("safety", "Order at fairs and processions", "मेलों और जुलूसों की व्यवस्था", "police traffic_police",
            "police__camera_health traffic_police__traffic_counts", "Crowd warnings acted on", "pct", 35, 80, 15),
    UseCase("safety", "Light for dark places", "अँधेरे स्थानों पर रोशनी", "street_lighting police",
            "street_lighting__street_lights police__crime_incidents", "Dark places known", "count", 140, 45, 2_880),
    UseCase("safety", "Custody of footage", "फ़ुटेज की अभिरक्षा", "police",
            "police__custody_events", "Exports with a hash", "pct", 20, 98, 60),
    UseCase("emergency", "One number for help", "सहायता का एक नंबर", "police fire health",
            "police__emergency_calls", "Time to the scene", "min", 19, 11, 180),
    UseCase("emergency", "Fire engines sent", "दमकल भेजना", "fire",
            "fire__fire_incidents", "Time to the scene", "min", 17, 10, 90),
    UseCase("emergency", "Flood warning", "बाढ़ चेतावनी", "environment municipal_services",
            "environment__flood_sensors", "Warning time", "min", 10, 90, 30),
    UseCase("emergency", "Green lights for ambulances", "एम्बुलेंस के लिए हरी बत्ती", "health traffic_police",
            "health__health_services traffic_police__traffic_counts", "Time to the hospital", "min", 31, 22, 10),
    UseCase("emergency", "Drills and announcements", "अभ्यास और उद्घोषणा", "iccc fire",
            "fire__fire_incidents iccc__sops", "Drills a year", "count", 1, 6, 60),
    UseCase("water", "Hours of supply by zone", "ज़ोन के अनुसार आपूर्ति", "water",
            "water__water_supply", "Hours a day", "h", 3.5, 6, 240),
    UseCase("water", "Leaks and bursts", "रिसाव और पाइप फटना", "water engineering",
            "water__water_supply engineering__maintenance", "Time to mend", "h", 30, 12, 720),
    UseCase("water", "Quality of water", "जल की गुणवत्ता", "water health",
            "water__water_supply health__health_services", "Readings beyond the limit", "pct", 6, 1.5, 180),
    UseCase("water", "Pumps and reservoirs", "पंप और जलाशय", "water",
            "water__water_supply", "Energy for 1,000 m3", "kWh", 410, 350, 60),
    UseCase("waste", "Collection vehicles followed", "कचरा वाहनों की निगरानी", "solid_waste",
            "solid_waste__waste_collection", "Points served", "pct", 71, 93, 120),
    UseCase("waste", "Bins that overflow", "भरे कूड़ेदान", "solid_waste municipal_services",
            "solid_waste__waste_collection municipal_services__grievances", "Time until emptied", "h", 26, 9, 480),
    UseCase("waste", "Weighing at the landfill", "कचरा स्थल पर तौल", "solid_waste",
            "solid_waste__waste_collection", "Trips weighed", "pct", 40, 97, 1_440),
    UseCase("lighting", "Lights switched from the centre", "केंद्र से बत्तियों का नियंत्रण", "street_lighting",
            "street_lighting__street_lights", "Lamps that burn", "pct", 84, 97, 1_440),
    UseCase("lighting", "Lights dimmed at night", "रात में बत्ती मंद करना", "street_lighting",
            "street_lighting__street_lights", "Energy of a lamp a month", "kWh", 31, 22, 1_440),
    UseCase("environment", "Warnings of bad air", "खराब हवा की चेतावनी", "environment health",
            "environment__air_quality health__health_services", "Days of poor air a year", "count", 96, 70, 60),
    UseCase("environment", "Burning of waste", "कचरा जलाना", "environment solid_waste",
            "environment__air_quality municipal_services__grievances", "Time until put out", "h", 9, 3, 120),
    UseCase("environment", "Rain and drains", "वर्षा और नालियाँ", "environment municipal_services",
            "environment__flood_sensors", "Places under water", "count", 38, 17, 90),
    UseCase("health", "Watch for outbreaks", "प्रकोप पर नज़र", "health",
            "health__health_services", "Days until an outbreak is seen", "day", 12, 4, 1_440),
    UseCase("health", "Beds and ambulances", "बिस्तर और एम्बुलेंस", "health",
            "health__health_services", "Time to find a bed", "min", 75, 25, 30),
    UseCase("health", "Mosquitoes where dengue is", "डेंगू के अनुसार मच्छर नियंत्रण", "health municipal_services",
            "health__health_services municipal_services__grievances", "Dengue per 100,000", "count", 64, 41, 2_880),
    UseCase("services", "Complaints at one desk", "एक ही जगह शिकायतें", "municipal_services",
            "municipal_services__grievances", "Days to resolve", "day", 11, 5, 4_320),
    UseCase("services", "Rating of services", "सेवाओं का मूल्यांकन", "municipal_services",
            "municipal_services__grievances", "Mean rating", "points", 2.6, 3.6, 4_320),
    UseCase("services", "News on street displays", "सड़क के डिस्प्ले पर सूचना", "iccc revenue",
            "revenue__vmd_leases", "Displays that work", "pct", 66, 94, 30),
    UseCase("services", "Roads dug up once", "सड़क की एक ही बार खुदाई", "engineering municipal_services",
            "engineering__maintenance municipal_services__grievances", "Roads cut twice", "count", 52, 18, 4_320),
    UseCase("revenue", "Lease of displays", "डिस्प्ले का पट्टा", "revenue",
            "revenue__vmd_leases", "Received a year", "lakh INR", 60, 150, 4_320),
    UseCase("revenue", "Share of fines", "शुल्क में हिस्सा", "revenue traffic_police",
            "revenue__revenue_ledger traffic_police__e_challans", "Received a year", "lakh INR", 35, 110, 4_320),
    UseCase("platform", "Assets and their upkeep", "परिसंपत्तियाँ और रखरखाव", "engineering",
            "engineering__assets engineering__maintenance", "Days out of order", "day", 9, 3, 1_440),
    UseCase("platform", "Contracts watched", "अनुबंधों की निगरानी", "procurement engineering",
            "procurement__contracts engineering__maintenance", "Penalties levied of those due", "pct", 15, 85, 4_320),
    UseCase("platform", "Data open to all", "सबके लिए खुला डेटा", "iccc",
            "iccc__wards municipal_services__grievances", "Datasets published", "count", 4, 28, 4_320),
    UseCase("platform", "Security of the centre", "केंद्र की सुरक्षा", "iccc",
            "iccc__audit_findings", "Grave findings open", "count", 14, 2, 1_440),
)  # fmt: skip


class Character(NamedTuple):
    """How a city runs its use cases: shares of those that are live, have a procedure, were measured before and now;
    how far the measured ones came; shares of procedures that were reviewed and tried out within a year."""

    live: float
    procedure: float
    measured: float
    gain: float
    reviewed: float
    drilled: float


CITIES = {
    "navsagar": Character(0.62, 0.7, 0.45, 0.6, 0.5, 0.35),
    "meghavan": Character(0.88, 0.96, 0.8, 1.0, 0.92, 0.8),
    # All is on paper, little is kept up.
    "sonpali": Character(0.86, 0.93, 0.15, 0.2, 0.14, 0.05),
    "tarangpur": Character(0.5, 0.55, 0.25, 0.4, 0.35, 0.2),
}
USUAL = Character(0.5, 0.5, 0.3, 0.5, 0.4, 0.25)


def character(like: str) -> Character:
    """The character of a city, by the one of the five that it resembles."""
    return CITIES.get(like, USUAL)
