package process

// Term is one word of a closed list, with how pages write it.
type Term struct{ Slug, EN, PL string }

// Roles, Contracts, Periods, Visibilities and WorkModes are the closed lists
// that GET /vocabulary tells.
func Roles() []Term {
	return []Term{
		{"backend_developer", "Backend developer", "Backend developer"},
		{"frontend_developer", "Frontend developer", "Frontend developer"},
		{"full_stack_developer", "Full stack developer", "Full stack developer"},
		{"mobile_developer", "Mobile developer", "Mobile developer"},
		{"machine_learning_engineer", "Machine learning engineer", "Inżynier uczenia maszynowego"},
		{"data_engineer", "Data engineer", "Inżynier danych"},
		{"data_scientist", "Data scientist", "Data scientist"},
		{"data_analyst", "Data analyst", "Analityk danych"},
		{"devops_engineer", "DevOps engineer", "Inżynier DevOps"},
		{"security_engineer", "Security engineer", "Inżynier bezpieczeństwa"},
		{"embedded_engineer", "Embedded engineer", "Inżynier systemów wbudowanych"},
		{"game_developer", "Game developer", "Programista gier"},
		{"qa_engineer", "QA engineer", "Tester oprogramowania"},
		{"software_architect", "Software architect", "Architekt oprogramowania"},
		{"system_administrator", "System administrator", "Administrator systemów"},
		{"business_analyst", "Business analyst", "Analityk biznesowy"},
		{"product_manager", "Product manager", "Product manager"},
		{"project_manager", "Project manager", "Kierownik projektu"},
		{"ux_designer", "UX designer", "Projektant UX"},
		{"engineering_manager", "Engineering manager", "Kierownik zespołu inżynierów"},
		{"support_engineer", "Support engineer", "Inżynier wsparcia"},
		{"other", "Other", "Inna"},
	}
}

func Contracts() []Term {
	return []Term{{"b2b", "B2B", "B2B"}, {"employment", "Employment contract", "Umowa o pracę"}, {"mandate", "Contract of mandate", "Umowa zlecenie"}}
}

func Periods() []Term {
	return []Term{{"hour", "hour", "godzina"}, {"day", "day", "dzień"}, {"month", "month", "miesiąc"}, {"year", "year", "rok"}}
}

func Visibilities() []Term {
	return []Term{{"public", "Public", "Jawne"}, {"match_only", "Match only", "Tylko do dopasowania"}, {"undisclosed", "Undisclosed", "Nieujawnione"}}
}

func WorkModes() []Term {
	return []Term{{"onsite", "On site", "Stacjonarnie"}, {"hybrid", "Hybrid", "Hybrydowo"}, {"remote", "Remote", "Zdalnie"}}
}
