package main

import "handoff/internal/recruit"

// sample is a process of the demo.
type sample struct {
	details       recruit.Details
	customization recruit.Customization
	open          bool
}

// acmeProcesses are those of the company that the guided tour uses. The first
// is the draft that the tour binds and publishes: nothing is missing in it.
func acmeProcesses() []sample {
	return []sample{{
		details: recruit.Details{
			Name: "Senior ML Engineer",
			Description: "We build robots that sort parcels in warehouses in Poland and Germany. You will own the models that let them see: " +
				"from the data that our 340 robots send home every night to the network that runs on the arm itself.\n\n" +
				"What you will do\n" +
				"- train and distil detection and grasp models, and get them below 15 ms on the robot's own board\n" +
				"- decide with operations which failures of last week matter, and build the data set that cures them\n" +
				"- review the work of two engineers and help them grow\n\n" +
				"What we look for\n" +
				"- five years of machine learning in production, of which two with images or point clouds\n" +
				"- Python and PyTorch as a second nature; C++ well enough to read the code on the robot",
			Cities: []string{"Warszawa", "Kraków"}, WorkMode: "hybrid", Contracts: []string{"b2b", "employment"}, Role: "machine_learning_engineer",
			Technologies: []string{"Python", "PyTorch", "CUDA", "C++"},
			Salaries: []recruit.Salary{
				{Contract: "b2b", From: 26000, To: 34000, Currency: "PLN", Basis: "net", Period: "month"},
				{Contract: "employment", From: 21000, To: 27000, Currency: "PLN", Basis: "gross", Period: "month"}},
			SalaryVisibility: "public", MinExperience: 5, Languages: []string{"en", "pl"},
			Benefits: []string{"Private medical care", "Training budget of 8,000 PLN a year", "26 days of leave on B2B"},
		},
		customization: recruit.Customization{
			Questions: []recruit.Question{{ID: "robot", Label: "Have you shipped a model that runs on a device?", Required: true, Kind: "yes_no"},
				{ID: "start", Label: "When could you start?", Kind: "text"}},
			Intro:        "Two minutes. A CV is enough; a covering letter is not needed.",
			ThankYou:     "Thank you. A person will read your application within three working days.",
			FutureMonths: 12},
	}, {
		details: recruit.Details{
			Name: "Backend Engineer (Go)",
			Description: "The fleet service is where every robot, conveyor and operator meets: 4,000 messages a second, one team, no microservices " +
				"for their own sake. We write Go, keep our state in PostgreSQL and are on call one week in six.\n\n" +
				"You will take the scheduling of charging from a cron job to something that knows tomorrow's parcels.",
			Cities: []string{"Kraków"}, WorkMode: "hybrid", Contracts: []string{"b2b", "employment"}, Role: "backend_developer",
			Technologies: []string{"Go", "PostgreSQL", "MQTT"},
			Salaries: []recruit.Salary{
				{Contract: "b2b", From: 20000, To: 27000, Currency: "PLN", Basis: "net", Period: "month"},
				{Contract: "employment", From: 16000, To: 22000, Currency: "PLN", Basis: "gross", Period: "month"}},
			SalaryVisibility: "public", MinExperience: 3, Languages: []string{"en", "pl"}, Benefits: []string{"Private medical care", "Bicycle leasing"},
		}, open: true,
	}, {
		details: recruit.Details{
			Name: "Robotics Technician",
			Description: "You keep the robots of two halls near Poznań running: you replace grippers, calibrate cameras, and tell the engineers in " +
				"plain words what fails and when. Training of three weeks, then shifts of eight hours, no nights.",
			Cities: []string{"Poznań"}, WorkMode: "onsite", Contracts: []string{"employment"}, Role: "other",
			Technologies:     []string{"ROS", "PLC", "Linux"},
			Salaries:         []recruit.Salary{{Contract: "employment", From: 8500, To: 11000, Currency: "PLN", Basis: "gross", Period: "month"}},
			SalaryVisibility: "public", MinExperience: 1, Languages: []string{"pl"}, Benefits: []string{"Private medical care", "Meals on site"},
		},
		customization: recruit.Customization{Questions: []recruit.Question{
			{ID: "shifts", Label: "Can you work in two shifts?", Required: true, Kind: "yes_no"}}},
		open: true,
	}, {
		details: recruit.Details{
			Name: "Frontend Developer",
			Description: "Operators look at our screens for eight hours a day, often with gloves on. You will make the hall view faster, calmer " +
				"and usable from two metres away, together with a designer and the people who use it.",
			Cities: []string{"Wrocław"}, WorkMode: "remote", Contracts: []string{"b2b", "mandate"}, Role: "frontend_developer",
			Technologies: []string{"TypeScript", "Svelte", "WebGL"},
			Salaries: []recruit.Salary{{Contract: "b2b", From: 120, To: 160, Currency: "PLN", Basis: "net", Period: "hour"},
				{Contract: "mandate", From: 90, To: 120, Currency: "PLN", Basis: "gross", Period: "hour"}},
			SalaryVisibility: "public", MinExperience: 2, Languages: []string{"en"}, Benefits: []string{"Equipment of your choice"},
		}, open: true,
	}}
}

// balticProcesses are those of the second company, of which Acme sees nothing.
func balticProcesses() []sample {
	return []sample{{
		details: recruit.Details{
			Name: "Data Engineer",
			Description: "We collect what 90 ports around the Baltic publish about ships, tides and ice, and sell the answer to one question: when " +
				"will it arrive? You will own the pipelines between a fax from Klaipėda and a number that a dispatcher trusts.",
			Cities: []string{"Gdańsk"}, WorkMode: "remote", Contracts: []string{"b2b"}, Role: "data_engineer",
			Technologies:     []string{"Python", "dbt", "BigQuery"},
			Salaries:         []recruit.Salary{{Contract: "b2b", From: 22000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}},
			SalaryVisibility: "public", MinExperience: 4, Languages: []string{"en"}, Benefits: []string{"Four-day week in July"},
		}, open: true,
	}}
}
