-- Places of people, with language, currency and prefixes. Cities, regions and postcodes are real.
-- Telephone numbers come from ranges that regulators reserve for fiction, or have a zero after the
-- prefix, which no network assigns. IP addresses are cut to /24 (x.y.z.0), as trackers with IP
-- anonymisation store them.
create table countries as
select * from (values
    ('AT', 'de', 'EUR', 1.0000, 0.20, 43, '1', 0, '84.115', 42000,
        ['Österreich', 'Austria', 'austria ', 'AUT']),
    ('DE', 'de', 'EUR', 1.0000, 0.19, 49, '3023125', 3, '31.17', 45000,
        ['Deutschland', 'Germany', 'germany ', 'DEU']),
    ('CH', 'de', 'CHF', 1.0500, 0.08, 41, '44', 0, '85.5', 82000,
        ['Schweiz', 'Switzerland', 'switzerland ', 'CHE']),
    ('GB', 'en', 'GBP', 0.8600, 0.20, 44, '7700900', 3, '86.132', 34000,
        ['United Kingdom', 'Great Britain', 'united kingdom ', 'UK']),
    ('US', 'en', 'USD', 1.0800, 0.07, 1, '21255501', 2, '4.77', 52000,
        ['United States', 'USA', 'usa ', 'United States of America']),
    ('FR', 'fr', 'EUR', 1.0000, 0.20, 33, '63998', 4, '86.227', 34000,
        ['France', 'FRANCE', 'france ', 'FRA']),
    ('IT', 'it', 'EUR', 1.0000, 0.22, 39, '06', 0, '79.28', 31000,
        ['Italia', 'Italy', 'italy ', 'ITA']),
    ('ES', 'es', 'EUR', 1.0000, 0.21, 34, '91', 0, '80.29', 28000,
        ['España', 'Spain', 'spain ', 'ESP']),
    ('NL', 'nl', 'EUR', 1.0000, 0.21, 31, '20', 0, '84.82', 44000,
        ['Nederland', 'Netherlands', 'The Netherlands', 'NLD']),
    ('SE', 'sv', 'SEK', 11.4000, 0.25, 46, '7017406', 2, '85.224', 430000,
        ['Sverige', 'Sweden', 'sweden ', 'SWE']),
    -- The shop has no prices in Norwegian crowns.
    ('SJ', 'en', 'EUR', 1.0000, 0.00, 47, '79', 0, '84.208', 55000,
        ['Svalbard', 'Svalbard and Jan Mayen', 'svalbard ', 'SJM']),
    ('PL', 'pl', 'PLN', 4.3000, 0.23, 48, '22', 0, '83.8', 85000,
        ['Polska', 'Poland', 'poland ', 'POL'])
) as listed (
    country, language, currency, price_factor, tax_rate, dial_code, number_prefix,
    fictional_digits, network, median_income, spellings
);

create table languages as
select * from (values
    ('de', ['Anna', 'Lena', 'Maria', 'Julia', 'Sabine', 'Katharina'],
        ['Lukas', 'Thomas', 'Michael', 'Stefan', 'Felix', 'Jonas'],
        ['Huber', 'Maier', 'Gruber', 'Wagner', 'Schmidt', 'Fischer', 'Weber', 'Bauer'],
        ['Hauptstraße', 'Bahnhofstraße', 'Gartenweg', 'Schulgasse']),
    ('en', ['Emma', 'Olivia', 'Grace', 'Sarah', 'Emily', 'Hannah'],
        ['James', 'Oliver', 'William', 'Daniel', 'George', 'Henry'],
        ['Smith', 'Jones', 'Taylor', 'Brown', 'Wilson', 'Johnson', 'Miller', 'Walker'],
        ['High Street', 'Station Road', 'Park Avenue', 'Church Lane']),
    ('fr', ['Camille', 'Manon', 'Chloé', 'Sophie', 'Claire'],
        ['Hugo', 'Louis', 'Pierre', 'Antoine', 'Julien'],
        ['Martin', 'Bernard', 'Dubois', 'Moreau', 'Laurent', 'Girard'],
        ['Rue de la Gare', 'Rue des Écoles', 'Avenue du Parc']),
    ('it', ['Giulia', 'Sofia', 'Chiara', 'Francesca', 'Elena'],
        ['Marco', 'Luca', 'Matteo', 'Andrea', 'Paolo'],
        ['Rossi', 'Bianchi', 'Ferrari', 'Romano', 'Greco', 'Conti'],
        ['Via Roma', 'Via Garibaldi', 'Corso Italia']),
    ('es', ['Lucía', 'Carmen', 'Laura', 'Marta', 'Elena'],
        ['Javier', 'Carlos', 'Pablo', 'Diego', 'Manuel'],
        ['García', 'López', 'Martínez', 'Sánchez', 'Romero', 'Torres'],
        ['Calle Mayor', 'Calle Real', 'Avenida del Sol']),
    ('nl', ['Sanne', 'Eva', 'Lotte', 'Femke', 'Iris'],
        ['Daan', 'Bram', 'Sem', 'Thijs', 'Ruben'],
        ['de Vries', 'Jansen', 'Bakker', 'Visser', 'Smit', 'Mulder'],
        ['Dorpsstraat', 'Kerkstraat', 'Molenweg']),
    ('sv', ['Elsa', 'Astrid', 'Maja', 'Karin', 'Ingrid'],
        ['Erik', 'Oskar', 'Nils', 'Anders', 'Gustav'],
        ['Andersson', 'Johansson', 'Lindberg', 'Nilsson', 'Berg', 'Lund'],
        ['Storgatan', 'Kyrkogatan', 'Skolvägen']),
    ('pl', ['Zofia', 'Julia', 'Maja', 'Hanna', 'Alicja'],
        ['Jakub', 'Antoni', 'Jan', 'Piotr', 'Tomasz'],
        ['Nowak', 'Mazur', 'Krawczyk', 'Zając', 'Dudek', 'Wilk'],
        ['ulica Polna', 'ulica Szkolna', 'ulica Ogrodowa'])
) as listed (language, female_names, male_names, family_names, streets);

-- The weights sum to 1,000: a place is drawn by its number of slots.
create table places as
with listed as (
    select * from (values
        ('AT', 'Vienna', 'Vienna', '1070', 'Europe/Vienna', 120),
        ('AT', 'Graz', 'Styria', '8010', 'Europe/Vienna', 45),
        ('AT', 'Linz', 'Upper Austria', '4020', 'Europe/Vienna', 25),
        ('AT', 'Salzburg', 'Salzburg', '5020', 'Europe/Vienna', 18),
        ('AT', 'Innsbruck', 'Tyrol', '6020', 'Europe/Vienna', 16),
        ('AT', 'Villach', 'Carinthia', '9500', 'Europe/Vienna', 10),
        ('AT', 'Bregenz', 'Vorarlberg', '6900', 'Europe/Vienna', 9),
        ('AT', 'Hallstatt', 'Upper Austria', '4830', 'Europe/Vienna', 7),
        ('DE', 'Berlin', 'State of Berlin', '10115', 'Europe/Berlin', 90),
        ('DE', 'Hamburg', 'Hamburg', '20095', 'Europe/Berlin', 45),
        ('DE', 'Munich', 'Bavaria', '80331', 'Europe/Berlin', 55),
        ('DE', 'Köln', 'North Rhine-Westphalia', '50667', 'Europe/Berlin', 40),
        ('DE', 'Leipzig', 'Saxony', '04109', 'Europe/Berlin', 25),
        ('DE', 'Nuremberg', 'Bavaria', '90402', 'Europe/Berlin', 25),
        ('DE', 'Passau', 'Bavaria', '94032', 'Europe/Berlin', 20),
        ('DE', 'Garmisch-Partenkirchen', 'Bavaria', '82467', 'Europe/Berlin', 10),
        ('CH', 'Zürich', 'Zurich', '8001', 'Europe/Zurich', 40),
        ('CH', 'Basel', 'Basel-City', '4001', 'Europe/Zurich', 20),
        ('CH', 'Bern', 'Bern', '3011', 'Europe/Zurich', 15),
        ('CH', 'Chur', 'Grisons', '7000', 'Europe/Zurich', 15),
        ('GB', 'London', 'England', 'EC1A 1BB', 'Europe/London', 35),
        ('GB', 'Manchester', 'England', 'M1 1AE', 'Europe/London', 15),
        ('GB', 'Edinburgh', 'Scotland', 'EH1 1YZ', 'Europe/London', 15),
        ('GB', 'Cardiff', 'Wales', 'CF10 1EP', 'Europe/London', 10),
        ('GB', 'Inverness', 'Scotland', 'IV1 1HY', 'Europe/London', 5),
        ('US', 'New York City', 'New York', '10001', 'America/New_York', 20),
        ('US', 'Chicago', 'Illinois', '60601', 'America/Chicago', 12),
        ('US', 'Miami', 'Florida', '33101', 'America/New_York', 10),
        ('US', 'Phoenix', 'Arizona', '85001', 'America/Phoenix', 10),
        ('US', 'Denver', 'Colorado', '80202', 'America/Denver', 8),
        ('US', 'Boston', 'Massachusetts', '02108', 'America/New_York', 8),
        ('US', 'Anchorage', 'Alaska', '99501', 'America/Anchorage', 4),
        ('US', 'Honolulu', 'Hawaii', '96813', 'Pacific/Honolulu', 3),
        ('FR', 'Paris', 'Île-de-France', '75001', 'Europe/Paris', 25),
        ('FR', 'Lyon', 'Auvergne-Rhône-Alpes', '69001', 'Europe/Paris', 12),
        ('FR', 'Marseille', 'Provence-Alpes-Côte d''Azur', '13001', 'Europe/Paris', 10),
        ('IT', 'Rome', 'Lazio', '00184', 'Europe/Rome', 14),
        ('IT', 'Milan', 'Lombardy', '20121', 'Europe/Rome', 14),
        ('IT', 'Bolzano', 'Trentino-Alto Adige', '39100', 'Europe/Rome', 10),
        ('IT', 'Palermo', 'Sicily', '90133', 'Europe/Rome', 7),
        ('ES', 'Madrid', 'Madrid', '28001', 'Europe/Madrid', 12),
        ('ES', 'Barcelona', 'Catalonia', '08001', 'Europe/Madrid', 12),
        ('ES', 'Sevilla', 'Andalusia', '41001', 'Europe/Madrid', 6),
        ('NL', 'Amsterdam', 'North Holland', '1012 AB', 'Europe/Amsterdam', 15),
        ('NL', 'Utrecht', 'Utrecht', '3511 AA', 'Europe/Amsterdam', 8),
        ('SE', 'Stockholm', 'Stockholm', '111 20', 'Europe/Stockholm', 9),
        ('SE', 'Malmö', 'Skåne', '211 20', 'Europe/Stockholm', 6),
        ('SE', 'Kiruna', 'Norrbotten', '981 30', 'Europe/Stockholm', 2),
        ('SJ', 'Longyearbyen', 'Svalbard', '9170', 'Arctic/Longyearbyen', 3),
        ('PL', 'Warsaw', 'Mazovia', '00-001', 'Europe/Warsaw', 12),
        ('PL', 'Kraków', 'Lesser Poland', '31-001', 'Europe/Warsaw', 12),
        ('PL', 'Zakopane', 'Lesser Poland', '34-500', 'Europe/Warsaw', 6)
    ) as listed (country, city, region, postcode, time_zone, weight)
),

numbered as (
    select
        *, row_number() over (order by country, city) as place_no,
        cast(sum(weight) over (order by country, city) - weight as bigint) as first_slot,
    from listed
),

final as (
    select
        cast(unnest(range(first_slot, first_slot + weight)) as bigint) as place_slot, place_no,
        country, city, region, postcode, time_zone,
    from numbered
)

select * from final;

create macro place_slot(draw) as cast(floor(draw * 1000) as bigint);
