-- Converted once per time zone and not once per customer. Local time at noon UTC of as_of_date
-- gives the offset of the day, daylight saving included.
with
    noons as (
        select
            time_zones.time_zone,
            as_of.as_of_date,
            {{
                local_time(
                    "cast(as_of.as_of_date as timestamp) + interval '12' hour",
                    "time_zones.time_zone",
                )
            }} as local_noon
        from {{ ref("reference_time_zones") }} as time_zones
        cross join {{ ref("as_of") }} as as_of
    ),

    offsets as (
        select
            time_zone,
            cast(
                {{ dbt.datediff("as_of_date", "cast(local_noon as date)", "day") }} * 1440
                + extract(hour from local_noon) * 60
                + extract(minute from local_noon)
                - 720 as int
            ) as utc_offset_minutes
        from noons
    ),

    quiet_minutes as (
        select
            time_zone,
            utc_offset_minutes,
            -- A day is added, so that the remainder is not negative.
            ({{ var("quiet_hours_start") }} * 60 - utc_offset_minutes + 1440)
            % 1440 as quiet_from_minute,
            ({{ var("quiet_hours_end") }} * 60 - utc_offset_minutes + 1440)
            % 1440 as quiet_until_minute
        from offsets
    ),

    final as (
        select
            time_zone,
            utc_offset_minutes,
            {%- for end in ["from", "until"] %}
                lpad(cast(cast(floor(quiet_{{ end }}_minute / 60.0) as int) as string), 2, '0')
                || ':'
                || lpad(cast(quiet_{{ end }}_minute % 60 as string), 2, '0') as quiet_{{ end }}_utc
                {{- ',' if not loop.last }}
            {%- endfor %}
        from quiet_minutes
    )

select *
from final
